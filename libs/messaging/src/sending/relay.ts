import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { Clock } from '../clock.js';
import { reasonOf } from '../errors.js';
import { type ClosedPath, ClosedPaths } from './closed-paths.js';
import { sentAgain } from '../envelope.js';
import { newId } from '../ids.js';
import { LowerBound } from './lower-bound.js';
import type { Logger } from '../message.js';
import { beginTimed, endCreate, tellSent } from '../message-spans.js';
import { publishedTotal } from '../metrics.js';
import { isObserved, tell } from '../observe.js';
import {
  beginAndTryLane,
  deleteAndCommit,
  HOLD_OUTBOX,
  IS_ROW_WAITING,
  IS_TIMER_DUE,
  type Lane,
  type LanedMessage,
  type OutboxRow,
  pathOf,
  READ_OUTBOX,
  READ_WRITERS,
  TAKE_DUE_TIMERS,
} from './outbox.js';
import { Poll } from '../poll.js';
import { prepared } from '../prepared.js';
import { now, traceparentOf } from '../trace.js';
import type { OpenTransaction, UnitOfWork } from '../transaction.js';
import { backoffMs, type Tuning } from '../tuning.js';

/** A row that the broker refuses because of the row itself. */
export interface RefusedRow {
  readonly id: string;
  readonly reason: string;
}

/**
 * What a broker answered for the rows of a claim. A row in none of the lists is not confirmed: it stays as it is and is
 * published again.
 */
export interface Published {
  readonly confirmed: readonly string[];
  readonly refused: readonly RefusedRow[];
  /** The paths that the broker does not serve at the moment, whichever row is sent. */
  readonly closed: readonly ClosedPath[];
}

/** One broker's side of a lane. */
export interface Publisher {
  readonly lane: Lane;
  /** The topic or the exchange that it publishes to. */
  readonly destination: string;
  /** False while the broker is away: the lane claims nothing. */
  readonly up: boolean;
  /** Called when the broker is back. */
  onUp(listener: () => void): void;
  /**
   * Publishes the rows pipelined, in order per key. Settles within twice the publish timeout. When an answer is missing by
   * then, the publisher closes the connection before this returns: an old one would go on sending in the background. Only the
   * connection of a broker that blocks its publishers stays, because such a broker would read the next one no sooner.
   */
  publish(rows: readonly OutboxRow[]): Promise<Published>;
  start(): void;
  close(): Promise<void>;
}

interface TriedLane {
  readonly won: boolean;
  readonly databaseMs: number;
}

interface DueTimer {
  readonly type: string;
  readonly key: string;
  readonly body: Buffer;
}

interface WaitingRow {
  readonly waits: boolean;
  readonly databaseMs: number;
}

/** Moves the outbox rows of one lane to its broker. Any replica may do so. One works at a time, under the lane's lock. */
export class RelayLane {
  readonly #poll: Poll;
  readonly #closedPaths: ClosedPaths;
  readonly #bound = new LowerBound();
  /** When a claim last began at the first row, and which paths it left out. */
  #fromTheStart: { readonly at: number; readonly without: readonly string[] } | undefined;
  #pending = false;
  #losses = 0;

  constructor(
    private readonly database: DataSource,
    private readonly publisher: Publisher,
    private readonly tuning: Tuning,
    private readonly log: Logger,
    private readonly clock = new Clock(log),
  ) {
    this.#closedPaths = new ClosedPaths(tuning);
    this.#poll = new Poll(`relay ${publisher.lane}`, tuning.relayPollMs, () => this.#relay(), log);
    publisher.onUp(() => this.#poll.wake());
  }

  start(): void {
    this.#poll.start();
  }

  /** A transaction of this process has committed rows for this lane. */
  wake(): void {
    this.#pending = true;
    this.#poll.wake();
  }

  async stop(): Promise<void> {
    await this.#poll.stop();
    // One claim, however much waits, sends what the last handlers sent, if the broker is there. An outbox that an outage has
    // filled is left to another replica or to the next start, because this process takes no orders meanwhile.
    if (this.publisher.up) await this.#relay().catch(() => false);
  }

  /** Runs one claim. True: there may be more. A number: look again after so many milliseconds. */
  async #relay(): Promise<boolean | number> {
    if (!this.publisher.up) return false;
    const pending = this.#pending;
    this.#pending = false;
    // What was committed a moment ago waits for sure, unless another replica had the lane and has sent it meanwhile.
    const surelyWaits = pending && this.#losses === 0;
    if (!surelyWaits && !(await this.#somethingWaits())) {
      this.#losses = 0;
      return false;
    }
    const runner = this.database.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      try {
        const [lane] = await lastRows<TriedLane>(client, beginAndTryLane(this.publisher.lane));
        // When the clocks disagree, the rows wait for a replica whose clock is right, or until the clock of this one is.
        const agreed = this.clock.agrees(lane!);
        const won = lane!.won && agreed;
        if (!won) this.#pending ||= pending;
        this.#losses = won ? 0 : this.#losses + 1;
        if (won) return await this.#publishNext(client);
        await client.query('COMMIT');
        return pending && this.#afterALoss();
      } catch (error) {
        // The rollback gives the claim back: its rows are published again.
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    } finally {
      await runner.release();
    }
  }

  /** One statement, for the many polls that find nothing: a claim has four. */
  async #somethingWaits(): Promise<boolean> {
    const from = this.#looksFromTheStart ? '0' : this.#bound.id;
    const [answer] = await this.database.query<WaitingRow[]>(IS_ROW_WAITING, [this.publisher.lane, from]);
    // An idle process notices here that its clock is off.
    return this.clock.agrees(answer!) && answer!.waits;
  }

  /** Once per poll: what lies before the lower bound is found then. */
  get #looksFromTheStart(): boolean {
    return !this.#fromTheStart || performance.now() - this.#fromTheStart.at >= this.tuning.relayPollMs;
  }

  /**
   * Another replica has the lane. It looks again right after its claim, and then sends what this one has committed. This replica
   * looks whether that has happened.
   */
  #afterALoss(): number {
    return backoffMs(this.#losses, this.tuning.relayLockRetryMs, this.tuning.relayLockRetryCapMs);
  }

  /** Publishes the next rows, deletes what the broker has confirmed, and commits. */
  async #publishNext(client: PoolClient): Promise<boolean | number> {
    const rows = await this.#next(client);
    if (rows.length === 0) {
      await client.query('COMMIT');
      return Math.min(this.#closedPaths.reopensInMs ?? Infinity, this.tuning.relayPollMs);
    }
    const startedAt = now();
    const { confirmed, refused, closed } = await this.publisher.publish(rows);
    const ids = new Set(confirmed);
    const sent = rows.filter(({ id }) => ids.has(id));
    tellSent(sent, this.publisher, startedAt);
    this.#tellPublished(sent);
    if (refused.length > 0) await this.#hold(client, rows, refused);
    await client.query(deleteAndCommit(confirmed));
    this.#notePaths(sent, closed);
    const { lane } = this.publisher;
    publishedTotal.inc({ lane, answer: 'confirmed' }, confirmed.length);
    publishedTotal.inc({ lane, answer: 'refused' }, refused.length);
    publishedTotal.inc({ lane, answer: 'unconfirmed' }, rows.length - confirmed.length - refused.length);
    const answered = confirmed.length + refused.length + closed.length > 0;
    return answered || this.tuning.reconnectMs;
  }

  /** The broker has these messages, also when the deletion fails that follows. They are then published and told again. */
  #tellPublished(sent: readonly OutboxRow[]): void {
    if (!isObserved()) return;
    for (const { message_id: id, type, key } of sent) tell('published', { id, type, key }, this.publisher.destination);
  }

  /** Reads the next rows: from the first one once per poll, and from the lower bound in between. */
  async #next(client: PoolClient): Promise<OutboxRow[]> {
    const { relayBatchRows, relayBatchBytes } = this.tuning;
    const read = async (without: readonly string[], from: string) =>
      (await client.query(READ_OUTBOX, [this.publisher.lane, relayBatchRows, relayBatchBytes, without, from]))
        .rows as OutboxRow[];
    const last = this.#fromTheStart;
    const closed = this.#closedPaths.left;
    if (last && !this.#looksFromTheStart) {
      // A path that has opened since then stays left out: its rows before the bound still wait, and its later ones would
      // overtake them.
      return read([...new Set([...last.without, ...closed])], this.#bound.id);
    }
    this.#fromTheStart = { at: performance.now(), without: closed };
    const rows = await read(closed, '0');
    this.#bound.readFromTheStart(rows[0]?.id, (await client.query(prepared(READ_WRITERS))).rows[0]);
    return rows;
  }

  async #hold(client: PoolClient, rows: readonly OutboxRow[], refused: readonly RefusedRow[]): Promise<void> {
    const attempts = new Map(rows.map((row) => [row.id, row.attempts]));
    const { refusedBackoffMs, refusedBackoffCapMs } = this.tuning;
    const waits = refused.map(({ id }) => backoffMs(attempts.get(id)! + 1, refusedBackoffMs, refusedBackoffCapMs));
    await client.query(HOLD_OUTBOX, [refused.map(({ id }) => id), refused.map(({ reason }) => reasonOf(reason)), waits]);
    // Logs one line for each reason: a queue that is full refuses a whole claim.
    for (const [reason, [first, ...more]] of Map.groupBy(refused, (row) => row.reason)) {
      const fields = { lane: this.publisher.lane, outboxId: first!.id, rows: 1 + more.length, reason };
      this.log.error(fields, 'the broker refused messages; their keys are held back');
    }
  }

  /** Logs when a path closes and when it opens, not at each try. */
  #notePaths(sent: readonly OutboxRow[], closed: readonly ClosedPath[]): void {
    const { lane } = this.publisher;
    for (const path of new Set(sent.map((row) => pathOf(lane, row)))) {
      if (this.#closedPaths.open(path)) this.log.info({ lane, path }, 'the broker serves this path again');
    }
    for (const { path, reason } of closed) {
      if (this.#closedPaths.close(path))
        this.log.error({ lane, path, reason }, 'the broker does not serve this path; others go on');
    }
  }
}

/** The rows of the last of several statements. pg answers them as an array, which its types do not know. */
async function lastRows<Row extends QueryResultRow>(client: PoolClient, statements: string): Promise<Row[]> {
  const results = (await client.query(statements)) as unknown as QueryResult<Row>[];
  return results.at(-1)!.rows;
}

function fired({ type, key, body }: DueTimer, tx: OpenTransaction): LanedMessage {
  const lane = 'rabbitmq';
  const creating = beginTimed(type, body);
  const message = { type, key, lane, ...sentAgain(body, newId(), traceparentOf(creating)) } as const;
  tx.afterCommit(() => endCreate(creating, lane, message));
  return message;
}

/**
 * Moves due timers to the outbox. A timer's message is sent when the timer fires, and gets its id then. An id from the time of
 * its setting would be too old for any inbox after weeks in which nothing ran.
 */
export function timerPoll(database: DataSource, unitOfWork: UnitOfWork, tuning: Tuning, log: Logger): Poll {
  return new Poll(
    'timers',
    tuning.timerPollMs,
    async () => {
      const [{ due }] = (await database.query(IS_TIMER_DUE)) as [{ due: boolean }];
      if (!due) return false;
      const moved = await unitOfWork.runOpen(async (tx) => {
        const timers = await tx.query<DueTimer>(TAKE_DUE_TIMERS);
        tx.sendEncoded(timers.map((timer) => fired(timer, tx)));
        return timers.length;
      });
      return moved === 500;
    },
    log,
  );
}
