import { type CommandContract, type Contract, exchangeOf, type Outgoing, type PayloadOf, topicOf } from '@waybill/contract-kit';
import type { PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { Clock } from './clock.js';
import { encode } from './envelope.js';
import { CommitRefused, CommitUnknown, reasonOf, TransactionEnded } from './errors.js';
import { askAlone, type AskFor, type Batched, Turntable } from './batched.js';
import { newId, timeOf } from './ids.js';
import { type Logger, silent } from './message.js';
import {
  INSERT_OUTBOX,
  isSet,
  type Lane,
  type LanedMessage,
  laneOf,
  outboxParameters,
  SCHEDULE,
  type Timer,
  timerParameters,
  UNSCHEDULE,
} from './sending/outbox.js';
import { isOutdatedPlan, prepared } from './prepared.js';
import { beginCreate, endCreate } from './message-spans.js';
import { isObserved, tell } from './observe.js';
import { traceparent, traceparentOf } from './trace.js';

/** The one transaction of a use case or a handler. Its rows and its messages are committed together, or not at all. */
export interface Transaction {
  /** TypeORM inside this transaction. */
  readonly manager: EntityManager;
  /** Runs one SQL statement inside this transaction and returns its rows. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /**
   * Asks a statement for one row. When several handlers share this transaction, the statement runs once for all that wait at
   * it, and each gets its rows. With one handler it runs at once.
   */
  batched<Parameters extends readonly unknown[], Row>(
    statement: Batched<Parameters, Row>,
    ...parameters: Parameters
  ): Promise<Row[]>;
  /**
   * Sends the message with the commit. Events of one key keep the order of their commits if each transaction writes the row
   * that the key names: the write locks it.
   * @throws when the payload does not fit the contract, when the message is above 256 kB, and when this service is not the one
   * that sends it.
   */
  send<C extends Contract>(contract: C, payload: PayloadOf<C>): void;
  /**
   * Sends the command `afterMs` from now by the database's clock, at most 7 days ahead. A second call for the same key moves
   * the timer.
   */
  schedule<C extends CommandContract>(contract: C, payload: PayloadOf<C>, options: { afterMs: number }): void;
  /** Removes the timer of this key, if it has not fired. */
  unschedule(contract: CommandContract, key: string): void;
  /** Sends, schedules and unschedules what a decision asks for, in the decision's order. */
  sendAll(messages: readonly Outgoing[]): void;
  /**
   * Runs `work` in this process after PostgreSQL has answered the commit, for instance to count what has become true. A crash
   * loses it, and an error in it is only logged: put nothing here that has to happen.
   */
  afterCommit(work: () => void): void;
}

const MAX_SCHEDULE_MS = 7 * 24 * 3_600_000;

/** A transaction that is open. Its unit of work closes it. A call after that throws, and is not lost in silence. */
export class OpenTransaction implements Transaction {
  readonly manager: EntityManager;
  readonly #outgoing: LanedMessage[] = [];
  readonly #timers: Timer[] = [];
  readonly #afterCommit: (() => void)[] = [];
  #closed: string | undefined;

  constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
    private readonly service: string,
    private readonly clock: Clock,
    private readonly ask: AskFor = (statement, parameters) =>
      askAlone((sql, columns) => this.query(sql, columns), statement, parameters),
  ) {
    this.manager = runner.manager;
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    this.#refuseWhenClosed('query');
    refuseToEnd(sql);
    try {
      return (await this.client.query(prepared(sql, parameters))).rows as Row[];
    } catch (error) {
      if (isOutdatedPlan(error)) this.destroy('a statement that it prepared is outdated by a migration');
      throw error;
    }
  }

  batched<Parameters extends readonly unknown[], Row>(
    statement: Batched<Parameters, Row>,
    ...parameters: Parameters
  ): Promise<Row[]> {
    this.#refuseWhenClosed('batched');
    return this.ask(statement, parameters);
  }

  send<C extends Contract>(contract: C, payload: PayloadOf<C>): void {
    this.#refuseWhenClosed('send');
    const lane = laneOf(contract.kind);
    const creating = beginCreate(contract.type);
    const message = this.#encode(contract, payload, creating ? traceparentOf(creating) : traceparent());
    this.#outgoing.push({ ...message, lane });
    // A rollback forgets it: the message was never there.
    if (creating) this.afterCommit(() => endCreate(creating, lane, message));
  }

  schedule<C extends CommandContract>(contract: C, payload: PayloadOf<C>, { afterMs }: { afterMs: number }): void {
    this.#refuseWhenClosed('schedule');
    if (!(afterMs >= 0 && afterMs <= MAX_SCHEDULE_MS))
      throw new Error(`${contract.type} was not scheduled: ${afterMs} ms is not between 0 and 7 days.`);
    const { id, type, key, body } = this.#encode(contract, payload, traceparent());
    this.#timers.push({ type, key, afterMs, id, body });
  }

  unschedule(contract: CommandContract, key: string): void {
    this.#refuseWhenClosed('unschedule');
    this.#timers.push({ type: contract.type, key });
  }

  sendAll(messages: readonly Outgoing[]): void {
    for (const message of messages) {
      if (message.do === 'send') this.send(message.contract, message.payload);
      else if (message.do === 'schedule') this.schedule(message.contract, message.payload, { afterMs: message.afterMs });
      else this.unschedule(message.contract, message.key);
    }
  }

  afterCommit(work: () => void): void {
    this.#afterCommit.push(work);
  }

  /** Tells what was sent, and runs what was to follow the commit. The commit stands even when that fails. */
  committed(failed: (error: unknown) => void): void {
    if (isObserved()) for (const message of this.#outgoing) tell('sent', message, this.#destinationOf(message.lane));
    for (const work of this.#afterCommit) {
      try {
        work();
      } catch (error) {
        failed(error);
      }
    }
  }

  /**
   * Lets each of `works` write a part of this transaction. They run one after the other, and together where they wait at a
   * batched statement. Works of one key do not meet: the later one begins when the earlier one has ended. A part is closed when
   * its work has ended, so that no work writes into the part of the next one.
   */
  async parts<T>(works: readonly ((tx: OpenTransaction) => Promise<T>)[], keys: readonly string[] = []): Promise<T[]> {
    const parts: OpenTransaction[] = [];
    const inPart = (work: (tx: OpenTransaction) => Promise<T>) => async (ask: AskFor) => {
      const part = new OpenTransaction(this.runner, this.client, this.service, this.clock, ask);
      parts.push(part);
      try {
        const result = await work(part);
        this.#outgoing.push(...part.#outgoing);
        this.#timers.push(...part.#timers);
        this.#afterCommit.push(...part.#afterCommit);
        return result;
      } finally {
        part.close('its part of a shared transaction has ended');
      }
    };
    try {
      return await new Turntable((sql, columns) => this.query(sql, columns)).run(works.map(inPart), keys);
    } finally {
      for (const part of parts) part.close('another part of its shared transaction has failed');
    }
  }

  /** As `send`, for the core itself: these messages are in their envelopes already. */
  sendEncoded(messages: readonly LanedMessage[]): void {
    this.#outgoing.push(...messages);
  }

  /**
   * Writes what was sent, closes the transaction, and returns the lanes that have something to relay after the commit.
   * @throws ClockOff when the time in an id is far off: each receiver would make a dead letter of that message.
   */
  async flush(): Promise<Set<Lane>> {
    await this.#flushTimers();
    if (this.#outgoing.length > 0) {
      const [answer] = await this.query<{ databaseMs: number }>(INSERT_OUTBOX, outboxParameters(this.#outgoing));
      for (const { id } of this.#outgoing) this.clock.compare(answer!, timeOf(id)!.getTime());
    }
    this.close('its transaction is being committed');
    return new Set(this.#outgoing.map((message) => message.lane));
  }

  /** The last call for a timer counts: the transaction sets it or takes it away, once. */
  async #flushTimers(): Promise<void> {
    const last = new Map(this.#timers.map((timer) => [`${timer.type} ${timer.key}`, timer]));
    const timers = [...last.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    const [set, unset] = [timers.filter(isSet), timers.filter((timer) => !isSet(timer))];
    if (set.length > 0) await this.query(SCHEDULE, timerParameters(set));
    if (unset.length > 0) await this.query(UNSCHEDULE, [unset.map(({ type }) => type), unset.map(({ key }) => key)]);
  }

  close(reason: string): void {
    this.#closed ??= reason;
  }

  /**
   * Destroys the connection under a handler that does not end. Whatever the handler does from now on fails, and nothing is
   * saved.
   */
  destroy(reason: string): void {
    // After the close another transaction may already use the connection.
    if (this.#closed !== undefined) return;
    this.close(reason);
    const { connection } = this.client as unknown as { connection: { stream: { destroy(error: Error): void } } };
    connection.stream.destroy(new Error(reason));
  }

  #encode<C extends Contract>(contract: C, payload: PayloadOf<C>, place: string | undefined) {
    const senders: readonly string[] = contract.kind === 'event' ? [contract.emittedBy] : contract.sentBy;
    if (!senders.includes(this.service))
      throw new Error(`${contract.type} was not sent: ${this.service} is not among its senders (${senders.join(', ')}).`);
    return encode(contract, payload, this.service, newId(), place);
  }

  #destinationOf(lane: Lane): string {
    const service = this.service;
    return lane === 'kafka' ? topicOf(service) : exchangeOf(service);
  }

  #refuseWhenClosed(call: string): void {
    if (this.#closed) throw new Error(`tx.${call} came too late: ${this.#closed}. Await everything before the handler returns.`);
  }
}

/** Runs work in a transaction and commits it together with its messages. */
export class UnitOfWork {
  constructor(
    private readonly database: DataSource,
    private readonly service: string,
    private readonly wake: (lane: Lane) => void = () => {},
    private readonly log: Logger = silent,
    private readonly clock = new Clock(log),
  ) {}

  /**
   * @returns what `work` returned, once it is committed.
   * @throws what `work` threw (everything is rolled back), `CommitRefused` when PostgreSQL rolled back instead of
   * committing, `CommitUnknown` when the connection broke during the commit.
   */
  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.runOpen(work);
  }

  /** As `run`, for the core itself: passes the open transaction, and can set a lock timeout. */
  async runOpen<T>(work: (tx: OpenTransaction) => Promise<T>, options: { lockTimeoutMs?: number } = {}): Promise<T> {
    const runner = this.database.createQueryRunner();
    let client: PoolClient | undefined;
    let tx: OpenTransaction | undefined;
    try {
      client = (await runner.connect()) as PoolClient;
      tx = new OpenTransaction(runner, client, this.service, this.clock);
      await begin(runner, options.lockTimeoutMs);
      const result = await work(tx);
      if (client.getTransactionStatus() === 'I')
        throw new TransactionEnded(
          'The transaction was ended before its unit of work: what it had written may be saved, and is not sent.',
        );
      const lanes = await tx.flush();
      await commit(client);
      for (const lane of lanes) this.wake(lane);
      tx.committed((error) =>
        this.log.error({ reason: reasonOf(error) }, 'what was to follow a commit failed; the commit stands'),
      );
      return result;
    } catch (error) {
      tx?.close('its transaction was rolled back');
      // After CommitRefused or a lost connection there is nothing left to roll back, and the answer does not matter.
      await client?.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

// Spaces and comments may stand in front of the verb. A handler may go back to a savepoint.
const ENDS =
  /^(?:\s|--.*\n|\/\*[^]*?\*\/)*(?:BEGIN|START|COMMIT|END|ABORT|PREPARE\s+TRANSACTION|ROLLBACK(?!\s+(?:WORK\s+|TRANSACTION\s+)?TO))\b/i;

/**
 * Outside a transaction PostgreSQL answers COMMIT to a COMMIT. Messages would then be saved alone: without the rows, and
 * without the inbox row of the message in hand.
 */
function refuseToEnd(sql: string): void {
  if (ENDS.test(sql))
    throw new TransactionEnded(`A handler ends its transaction with ${sql.slice(0, 40)}: return to commit, throw to roll back.`);
}

/**
 * Begins a transaction in one round trip, its lock timeout included. TypeORM sends BEGIN, COMMIT and ROLLBACK through its
 * runner's `query`, and so can any code that holds the manager: from here on the runner refuses them.
 */
async function begin(runner: QueryRunner, lockTimeoutMs: number | undefined): Promise<void> {
  const query = runner.query.bind(runner) as (sql: string, ...rest: unknown[]) => Promise<never>;
  const setTimeout = lockTimeoutMs === undefined ? '' : `; SET LOCAL lock_timeout = ${lockTimeoutMs}`;
  runner.query = (start: string) => query(start + setTimeout);
  await runner.startTransaction();
  runner.query = async (sql: string, ...rest: unknown[]) => {
    refuseToEnd(sql);
    return query(sql, ...rest);
  };
}

/**
 * When a transaction has swallowed an error, PostgreSQL answers its COMMIT with the tag ROLLBACK and without an error. So the
 * tag decides.
 */
async function commit(client: PoolClient): Promise<void> {
  let tag: string;
  try {
    ({ command: tag } = await client.query('COMMIT'));
  } catch (error) {
    // A deferred constraint fails with an SQLSTATE, which is a plain failure. Without an SQLSTATE nobody has answered.
    if ((error as { severity?: string }).severity === 'ERROR') throw error;
    throw new CommitUnknown(error);
  }
  if (tag !== 'COMMIT') throw new CommitRefused(tag);
}
