import { type CommandContract, type Contract, groupOf, type PayloadOf } from '@waybill/contract-kit';
import { ComeBack, DeadlinePassed } from '../errors.js';
import type { Message } from '../message.js';
import { handlerSeconds } from '../metrics.js';
import type { Received } from './received.js';
import type { OpenTransaction, Transaction } from '../transaction.js';
import { Turns } from './turns.js';

/**
 * What a handler that calls the outside world writes with. No transaction is open during the call. Handlers that write at the
 * same time share a commit. When that commit fails, `work` is called again, in a transaction for it alone.
 */
export interface OutsideDelivery {
  /** Commits before the call: here the handler makes its claim. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Ends the message in one transaction: writes its inbox row, removes its parked copy, and runs `work`. `first` is false when
   * a copy of this same message has ended before: what is to happen once for each message has then happened.
   */
  settle<T>(work: (tx: Transaction, first: boolean) => Promise<T>): Promise<T>;
}

export type Handler = (message: Message, tx: Transaction) => Promise<void>;
export type OutsideHandler = (message: Message, delivery: OutsideDelivery) => Promise<void>;
export type HandlerOf<C extends Contract> = (message: Message<PayloadOf<C>>, tx: Transaction) => Promise<void>;
export type OutsideHandlerOf<C extends CommandContract> = (
  message: Message<PayloadOf<C>>,
  delivery: OutsideDelivery,
) => Promise<void>;

/** How the core calls a handler of the outside world. */
export interface OutsideOptions {
  /**
   * How many of its calls run at a time in this process: as many as the called system bears. Unset: as many as the broker hands
   * out. A handler that settles has made its call, and the next one begins.
   */
  readonly atOnce?: number;
}

type Registered =
  | { readonly outside: false; readonly handler: Handler }
  | ({ readonly outside: true; readonly handler: OutsideHandler } & OutsideOptions);

/** A service's handlers, one for each contract. */
export class Handlers {
  readonly #byType = new Map<string, Registered>();
  readonly #turns = new Map<string, Turns>();

  /** The service's consumer group, as its spans name it. */
  readonly group: string;

  constructor(private readonly service: string) {
    this.group = groupOf(service);
  }

  add(contract: Contract, registered: Registered): void {
    const handledBy: readonly string[] = contract.kind === 'event' ? contract.handledBy : [contract.handledBy];
    if (!handledBy.includes(this.service)) {
      throw new Error(
        `${this.service} cannot handle ${contract.type}: its contract names ${handledBy.join(', ') || 'nobody'}. Add it to handledBy.`,
      );
    }
    if (this.#byType.has(contract.type))
      throw new Error(`${contract.type} has two handlers in ${this.service}: join them, a message is handled once.`);
    this.#byType.set(contract.type, registered);
    if (registered.outside && registered.atOnce) this.#turns.set(contract.type, new Turns(registered.atOnce));
  }

  get types(): readonly string[] {
    return [...this.#byType.keys()];
  }

  has = (type: string): boolean => this.#byType.has(type);
  isOutside = (type: string): boolean => this.#byType.get(type)?.outside ?? false;

  /**
   * Calls `work` when its handler has room. `leave` gives the room to the next message. The message waits before its deadline, its claim and its transaction begin, so
   * none of them can run out in the queue. A waiting message stays with its broker.
   */
  inTurn<T>(type: string, work: (leave: () => void) => Promise<T>): Promise<T> {
    return this.#turns.get(type)?.inTurn('fresh', work) ?? work(() => {});
  }

  /**
   * As `inTurn`, for a retry, whose claim is running meanwhile. When its turn does not come within `patienceMs`, it comes
   * back.
   */
  async retryInTurn(type: string, patienceMs: number, work: (leave: () => void) => Promise<void>): Promise<void> {
    const turns = this.#turns.get(type);
    if (!turns) return work(() => {});
    const came = await turns.inTurnWithin(patienceMs, 'retries', async (leave) => {
      await work(leave);
      return true;
    });
    if (!came) throw new ComeBack(patienceMs, `All that ${type} may call at once are busy.`);
  }

  /** Runs the handler inside an open transaction. At its deadline the connection is destroyed. */
  async run(received: Received & { what: 'message' }, attempt: number, tx: OpenTransaction, deadlineMs: number): Promise<void> {
    const registered = this.#byType.get(received.type);
    if (!registered || registered.outside) throw new Error(`${received.type} has no handler that takes a transaction.`);
    await timed(
      received,
      deadlineMs,
      () => registered.handler(messageOf(received, attempt), tx),
      (error) => tx.destroy(error.message),
    );
  }

  /** Runs a handler that calls the outside world. At its deadline the core gives it up, and its claim runs out by itself. */
  async runOutside(
    received: Received & { what: 'message' },
    attempt: number,
    delivery: OutsideDelivery,
    deadlineMs: number,
  ): Promise<void> {
    const registered = this.#byType.get(received.type);
    if (!registered?.outside) throw new Error(`${received.type} has no handler for the outside world.`);
    await timed(
      received,
      deadlineMs,
      () => registered.handler(messageOf(received, attempt), delivery),
      () => {},
    );
  }
}

function messageOf(received: Received & { what: 'message' }, attempt: number): Message {
  const { id, type, key, data, time, sequence, traceparent } = received;
  return { id, type, key, data, time, attempt, ...(sequence !== undefined && { sequence }), ...(traceparent && { traceparent }) };
}

async function timed(
  received: Received,
  deadlineMs: number,
  run: () => Promise<void>,
  onDeadline: (error: Error) => void,
): Promise<void> {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DeadlinePassed(received.type, deadlineMs);
      onDeadline(error);
      reject(error);
    }, deadlineMs);
  });
  try {
    await Promise.race([run(), deadline]);
  } finally {
    clearTimeout(timer);
    handlerSeconds.observe({ type: received.type }, (performance.now() - startedAt) / 1_000);
  }
}
