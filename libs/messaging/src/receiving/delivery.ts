import type { Contract } from '@waybill/contract-kit';
import type { DataSource } from 'typeorm';
import type { Clock } from '../clock.js';
import { DatabaseAway, DeadlinePassed, reasonOf } from '../errors.js';
import { Gathering } from '../gathering.js';
import type { Handlers, OutsideDelivery } from './handlers.js';
import { endMessage, insertIntoInbox, KnownMessages } from './inbox.js';
import type { Logger, RawMessage } from '../message.js';
import { beginProcess, endProcess } from '../message-spans.js';
import { messagesTotal } from '../metrics.js';
import { type Happening, tell } from '../observe.js';
import {
  behindItsKey,
  cannotBeStored,
  deadLetterOf,
  park,
  type KeyOfStream,
  parkedKeys,
  type Parking,
  parkingAfter,
  suspectedKiller,
} from '../parking/parking.js';
import { Turns } from './turns.js';
import { judgedAt, poisonOf, receive, type Received, UNDECODABLE } from './received.js';
import { SharedTransaction } from '../shared-transaction.js';
import type { Span } from '../trace.js';
import type { OpenTransaction, Transaction, UnitOfWork } from '../transaction.js';
import type { Tuning } from '../tuning.js';

/** A batch that waits for its transaction. */
interface Waiting {
  readonly messages: readonly Received[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A try at a message. When its span is never ended, the message is delivered again, as if this try had not been. */
interface Try<Message extends Received = Received> {
  readonly message: Message;
  readonly span: Span;
}

/** What became of a message, once that is committed. */
type Became = Extract<Happening, 'handled' | 'duplicate' | 'parked' | 'dead'>;

interface Outcome {
  readonly one: Try;
  readonly outcome: Became;
}

/** What a delivery needs. The retries share it. */
export interface DeliveryParts {
  readonly database: DataSource;
  readonly unitOfWork: UnitOfWork;
  readonly handlers: Handlers;
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly tuning: Tuning;
  readonly log: Logger;
  readonly clock: Clock;
  /** True when the database does not answer. A probe decides this, never a failed insert. */
  readonly databaseIsAway: () => Promise<boolean>;
  /** The name by which this process signs its claims. Each start draws a new one. */
  readonly worker: string;
  /** Tells the retries that something was parked. */
  readonly parked: (afterMs: number) => void;
}

/** How many full batches one transaction takes. */
const BATCHES_TOGETHER = 3;

/**
 * Takes messages from bytes to settled, the same for both brokers. When one of these functions returns, every message is safe:
 * handled, known from before, or parked. When it throws, the transport may acknowledge nothing: it pauses and delivers again.
 */
export class Delivery {
  /** Serves the handlers of the outside world: many run at once, and each has two short transactions. */
  readonly #shared: SharedTransaction;
  readonly #known: KnownMessages;
  readonly #batches: Gathering<Waiting>;
  /** Batches whose transaction has failed. With the two gathered ones they leave a connection of the pool to others. */
  readonly #alone = new Turns(2);

  constructor(private readonly parts: DeliveryParts) {
    const { deliveryBatch, batchPatienceMs } = parts.tuning;
    this.#batches = new Gathering({
      atMost: BATCHES_TOGETHER * deliveryBatch,
      sizeOf: ({ messages }) => messages.length,
      patienceMs: batchPatienceMs,
      run: (batches) => this.#deliverTogether(batches),
    });
    this.#shared = new SharedTransaction(parts.unitOfWork, parts.tuning);
    this.#known = new KnownMessages(parts.database);
  }

  receive(raw: RawMessage): Received {
    const received = receive(raw, this.parts.contracts, this.parts.handlers.has);
    if (received.what !== 'skip') tell('received', received, received.stream);
    return received;
  }

  /**
   * Delivers messages in the order of their stream. One transaction takes all of them, and with them the batches of other
   * streams that wait at the same time. When one message fails, each batch gets its own transaction, and in the batch of that
   * message each message does.
   */
  async deliver(batch: readonly Received[]): Promise<void> {
    const fresh = batch.filter((received) => received.what !== 'skip');
    if (fresh.length > 0) {
      const messages = await this.#judge(fresh);
      await new Promise<void>((resolve, reject) => this.#batches.add({ messages, resolve, reject }));
    }
    // A batch that could not be delivered comes again, and what it skips counts once.
    for (const { type } of batch.filter((received) => received.what === 'skip')) messagesTotal.inc({ type, outcome: 'skipped' });
  }

  async #deliverTogether(batches: readonly Waiting[]): Promise<void> {
    const [first] = batches;
    if (batches.length === 1) return this.#deliverBatch(first!.messages).then(first!.resolve, first!.reject);
    try {
      await this.#inOneTransaction(batches.flatMap(({ messages }) => messages));
      for (const { resolve } of batches) resolve();
    } catch (error) {
      this.parts.log.debug({ batches: batches.length, reason: reasonOf(error) }, 'batches failed together; they go one by one');
      // A handler that hangs would hang in the transaction of its batch, too.
      const hung = error instanceof DeadlinePassed;
      const alone = ({ messages, resolve, reject }: Waiting) =>
        (hung ? this.#oneByOne(messages) : this.#deliverBatch(messages)).then(resolve, reject);
      await Promise.all(batches.map((batch) => this.#alone.inTurn('fresh', () => alone(batch))));
    }
  }

  async #deliverBatch(messages: readonly Received[]): Promise<void> {
    if (messages.length === 1) return this.deliverOne(messages[0]!);
    try {
      await this.#inOneTransaction(messages);
    } catch (error) {
      this.parts.log.debug({ messages: messages.length, reason: reasonOf(error) }, 'a batch failed; its messages go one by one');
      await this.#oneByOne(messages);
    }
  }

  async #oneByOne(messages: readonly Received[]): Promise<void> {
    for (const message of messages) await this.deliverOne(message);
  }

  async deliverOne(received: Received): Promise<void> {
    const one = begin(received);
    try {
      await this.#handle([one]);
    } catch (error) {
      await this.#parkFailed(one, error);
    }
  }

  /**
   * Delivers what a fresh Kafka assignment brings first. It notes messages before their run, because a message that kills its
   * consumer leaves no other mark. A batch that no other process has begun with goes as a whole. Otherwise one of its messages
   * may be the killer, and each is noted and delivered alone.
   */
  async deliverCautiously(batch: readonly Received[]): Promise<void> {
    const ids = batch.filter(({ what }) => what === 'message').map(({ id }) => id);
    if (await this.#noteFirstAttempts(ids)) await this.deliver(batch);
    else for (const received of batch) await this.#deliverNoted(received);
    await this.#forgetAttempts(ids);
  }

  async #deliverNoted(received: Received): Promise<void> {
    const attempts = received.what === 'message' ? await this.#noteAttempt(received.id) : 1;
    if (attempts > this.parts.tuning.killLimit)
      await this.parkKiller(received, `Its consumer died with it ${attempts - 1} times.`);
    else await this.deliver([received]);
  }

  /**
   * Delivers a command whose handler calls the outside world. No transaction is open around the handler. `called` is called
   * when the handler needs the outside world no more.
   */
  async deliverOutside(fresh: Received & { what: 'message' }, called = () => {}): Promise<void> {
    const { handlers, tuning } = this.parts;
    const received = (await this.#judge([fresh]))[0]!;
    if (received.what !== 'message') return this.deliverOne(received);
    const one = begin(received);
    if (await this.#known.has(received.id)) return this.#tell(one, 'duplicate');
    try {
      await one.span.run(() => runOutside(this.#shared, received, 1, tuning.handlerDeadlineMs, handlers, called));
      this.#tell(one, 'handled');
    } catch (error) {
      await this.#parkFailed(one, error);
    }
  }

  /**
   * Parks a message that a dying process had in hand. It is due at once, and runs alone: innocent messages were in hand with
   * it.
   */
  async parkKiller(received: Received, reason: string): Promise<void> {
    await this.#parkFresh(begin(received), suspectedKiller(reason));
  }

  async parkFailed(received: Received, error: unknown): Promise<void> {
    await this.#parkFailed(begin(received), error);
  }

  async #parkFailed(one: Try, error: unknown): Promise<void> {
    const { type } = one.message;
    messagesTotal.inc({ type: this.#label(one.message), outcome: 'failed' });
    one.span.run(() => this.parts.log.warn({ type, reason: reasonOf(error) }, 'a message failed'));
    await this.#parkFresh(one, parkingAfter(error, this.parts.tuning), error);
  }

  /**
   * Makes poison of a message whose id has the wrong time by the clock of this process. When that clock is the one that is
   * wrong, it throws, and nothing is settled.
   */
  async #judge(messages: readonly Received[]): Promise<Received[]> {
    const now = Date.now();
    const judged = messages.map((message) => judgedAt(now, message, this.parts.tuning.inboxDays));
    if (judged.every((message, index) => message === messages[index])) return judged;
    await this.parts.clock.ask(this.parts.database);
    return judged;
  }

  /** Each message of a batch that is rolled back is tried again, and that is another try. */
  async #inOneTransaction(messages: readonly Received[]): Promise<void> {
    const tries = messages.map(begin);
    try {
      await this.#handle(tries);
    } catch (error) {
      for (const one of tries) this.#end(one, 'rolled back', error);
      throw error;
    }
  }

  async #handle(tries: readonly Try[]): Promise<void> {
    const { unitOfWork, tuning } = this.parts;
    const outcomes = await unitOfWork.runOpen((tx) => this.#handleNew(tries, tx), { lockTimeoutMs: tuning.lockTimeoutMs });
    for (const { one, outcome } of outcomes) this.#tell(one, outcome);
  }

  /** A sender can write any type that no contract names. As a label, each such type would be a series for ever. */
  #label({ type }: Received): string {
    return this.parts.contracts.has(type) || type === UNDECODABLE ? type : 'unknown';
  }

  /** Counts, tells, logs and traces what became of a message, after the commit. */
  #tell(one: Try, outcome: Became, error?: unknown): void {
    const { message, span } = one;
    tell(outcome, message, message.stream);
    messagesTotal.inc({ type: this.#label(message), outcome });
    span.run(() => this.parts.log.info({ type: message.type, source: message.source, outcome }, 'message'));
    this.#end(one, outcome, error);
  }

  #end({ message, span }: Try, outcome: string, error?: unknown): void {
    endProcess(span, message, { outcome, attempt: 1, group: this.parts.handlers.group, error });
  }

  async #handleNew(tries: readonly Try[], tx: OpenTransaction): Promise<Outcome[]> {
    const messages = tries.map(({ message }) => message);
    const ids = messages.map(({ id }) => id);
    const fresh = await insertIntoInbox(tx, ids);
    const held = await heldKeys(tx, messages);
    const outcomes: Outcome[] = [];
    const handled: Try<Received & { what: 'message' }>[] = [];
    for (const one of tries) {
      const { message } = one;
      // Deleting reduces two copies of an id in one batch to one.
      if (!fresh.delete(message.id)) {
        outcomes.push({ one, outcome: 'duplicate' });
        continue;
      }
      const parking = this.#parkingOf(message, held);
      if (parking) {
        await this.#park(tx, one, parking);
        if (message.ordered) held.add(placeOf(message));
        outcomes.push({ one, outcome: parking.state === 'dead' ? 'dead' : 'parked' });
      } else {
        handled.push(one as Try<Received & { what: 'message' }>);
        outcomes.push({ one, outcome: 'handled' });
      }
    }
    const { handlers, tuning } = this.parts;
    await tx.parts(
      handled.map(
        ({ message, span }) =>
          (part) =>
            span.run(() => handlers.run(message, 1, part, tuning.handlerDeadlineMs)),
      ),
      // Row locks keep two transactions apart, and not two handlers of one.
      handled.map(({ message }) => message.key),
    );
    return outcomes;
  }

  /** Why this message is parked now. Undefined when it is to be handled. */
  #parkingOf(message: Received, held: ReadonlySet<string>): Parking | undefined {
    if (message.what === 'poison') return deadLetterOf(message.reason);
    if (message.what === 'unknown') {
      return {
        state: 'waiting',
        afterMs: this.parts.tuning.unknownRetryMs,
        failures: 0,
        crashes: 0,
        unknown: true,
        error: message.reason,
      };
    }
    return message.ordered && held.has(placeOf(message)) ? behindItsKey : undefined;
  }

  /**
   * Parks in a separate transaction, unless another worker has handled or parked the message meanwhile. A message that no
   * table takes as it is ends as bytes, under an id and a key made from them: otherwise its stream would wait behind it for
   * ever.
   */
  async #parkFresh(one: Try, parking: Parking, failure?: unknown): Promise<void> {
    try {
      await this.#parkOnce(one, parking, failure);
    } catch (error) {
      if (await this.parts.databaseIsAway()) throw new DatabaseAway('The database is away.', { cause: error });
      if (!cannotBeStored(error))
        return this.#parkOnce(one, { ...parking, error: `(its error could not be kept: ${reasonOf(error)})` }, failure);
      const { body, stream, source, ordered } = one.message;
      const poison = poisonOf({ body, stream, source, ordered }, `It could not be parked as what it is: ${reasonOf(error)}`);
      await this.#parkOnce({ ...one, message: poison }, deadLetterOf(poison.reason), error);
    }
  }

  async #parkOnce(one: Try, parking: Parking, failure?: unknown): Promise<void> {
    const { id } = one.message;
    const outcome = await this.parts.unitOfWork.run(async (tx) => {
      const fresh = await insertIntoInbox(tx, [id]);
      if (!fresh.has(id)) return 'duplicate';
      await this.#park(tx, one, parking);
      return parking.state === 'dead' ? 'dead' : 'parked';
    });
    this.#tell(one, outcome, failure);
  }

  async #park(tx: Transaction, { message, span }: Try, parking: Parking): Promise<void> {
    await park(tx, message, parking);
    if (parking.state === 'waiting') this.parts.parked(parking.afterMs);
    else
      span.run(() => this.parts.log.error({ type: message.type, source: message.source, reason: parking.error }, 'dead letter'));
  }

  /** Notes these messages, unless another process has begun with one of them before: then it notes none and returns false. */
  async #noteFirstAttempts(ids: readonly string[]): Promise<boolean> {
    const [answer] = await this.#shared.run((tx) =>
      tx.query<{ first: boolean }>(
        `WITH first AS (
           SELECT NOT EXISTS (SELECT FROM delivery_attempt WHERE id = ANY($1::uuid[]) AND noted_by <> ARRAY[$2::uuid]) AS first),
         noted AS (
           INSERT INTO delivery_attempt (id, attempts, noted_by)
           SELECT id, 1, ARRAY[$2::uuid] FROM first, unnest($1::uuid[]) AS id WHERE first
           ON CONFLICT DO NOTHING)
         SELECT first FROM first`,
        [ids, this.parts.worker],
      ),
    );
    return answer!.first;
  }

  /**
   * Returns how many processes have begun with this message. This process counts once: it is still there, so the message has
   * not killed it.
   */
  async #noteAttempt(id: string): Promise<number> {
    const [row] = await this.#shared.run((tx) =>
      tx.query<{ attempts: number }>(
        `INSERT INTO delivery_attempt AS noted (id, attempts, noted_by) VALUES ($1, 1, ARRAY[$2::uuid])
         ON CONFLICT (id) DO UPDATE SET last_at = now(), noted_by = array_append(array_remove(noted.noted_by, $2::uuid), $2::uuid),
           attempts = noted.attempts + CASE WHEN $2::uuid = ANY(noted.noted_by) THEN 0 ELSE 1 END
         RETURNING attempts`,
        [id, this.parts.worker],
      ),
    );
    return row!.attempts;
  }

  async #forgetAttempts(ids: readonly string[]): Promise<void> {
    await this.#shared.run((tx) => tx.query(`DELETE FROM delivery_attempt WHERE id = ANY($1::uuid[])`, [ids]));
  }
}

const begin = (message: Received): Try => ({ message, span: beginProcess(message) });

/** The places of these messages' events that have a parked message. */
async function heldKeys(tx: Transaction, messages: readonly Received[]): Promise<Set<string>> {
  const ordered = messages.filter((message) => message.ordered);
  return new Set(ordered.length > 0 ? (await parkedKeys(tx, ordered)).map(placeOf) : []);
}

const placeOf = ({ stream, key }: KeyOfStream) => `${stream} ${key}`;

/**
 * Runs a handler of the outside world and makes sure that its message ends. The settle writes the inbox row and removes a
 * parked copy, in the handler's last transaction. When the inbox row is there already, a copy came first, and the row of the
 * effect says what happened.
 */
export async function runOutside(
  transactions: Pick<UnitOfWork, 'run'>,
  received: Received & { what: 'message' },
  attempt: number,
  deadlineMs: number,
  handlers: Handlers,
  called: () => void,
): Promise<void> {
  let settled = false;
  const delivery: OutsideDelivery = {
    transaction: (work) => transactions.run(work),
    settle: async (work) => {
      called();
      const result = await transactions.run(async (tx) => work(tx, await endMessage(tx, received.id)));
      settled = true;
      return result;
    },
  };
  await handlers.runOutside(received, attempt, delivery, deadlineMs);
  // The handler found nothing to do, for instance an effect that was settled before.
  if (!settled) await delivery.settle(async () => {});
}
