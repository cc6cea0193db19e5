import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { sentAgain } from './envelope.js';
import { newId } from './ids.js';
import type { Logger } from './message.js';
import { publishedTotal } from './metrics.js';
import {
  DELETE_OUTBOX,
  HOLD_OUTBOX,
  INSERT_OUTBOX,
  IS_TIMER_DUE,
  type Lane,
  outboxParameters,
  type OutboxRow,
  READ_OUTBOX,
  TAKE_DUE_TIMERS,
  TRY_LANE,
} from './outbox.js';
import { describe } from './parking.js';
import { Poll } from './poll.js';
import { prepared } from './prepared.js';
import type { UnitOfWork } from './transaction.js';
import { backoffMs, type Tuning } from './tuning.js';

/** What a broker answered for rows. A row in none of the lists is not confirmed: it stays as it is and is published again. */
export interface Published {
  readonly confirmed: readonly string[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

/** One broker's side of a lane. */
export interface Publisher {
  readonly lane: Lane;
  /** False while the broker is away: the lane claims nothing. */
  readonly up: boolean;
  /** Called when the broker is back. */
  onUp(listener: () => void): void;
  /**
   * Publishes in order per key, pipelined. Settles within twice the publish timeout; when an answer is missing by then, the
   * connection has been closed before this returns: an old one would go on sending in the background.
   */
  publish(rows: readonly OutboxRow[]): Promise<Published>;
  start(): void;
  close(): Promise<void>;
}

/** Moves the outbox rows of one lane to its broker. Any replica may: one works at a time, under the lane's lock. */
export class RelayLane {
  readonly #poll: Poll;
  #pending = false;

  constructor(
    private readonly database: DataSource,
    private readonly publisher: Publisher,
    private readonly tuning: Tuning,
    private readonly log: Logger,
  ) {
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
    // What the last handlers sent goes out now if it can; otherwise another replica or the next start sends it.
    if (this.publisher.up) while ((await this.#relay().catch(() => false)) === true);
  }

  /** One claim. True: there may be more. A number: another replica has the lane, look again after so many milliseconds. */
  async #relay(): Promise<boolean | number> {
    if (!this.publisher.up) return false;
    const runner = this.database.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      const pending = this.#pending;
      this.#pending = false;
      await client.query('BEGIN');
      try {
        const won = (await client.query(prepared(TRY_LANE, [this.publisher.lane]))).rows[0].won as boolean;
        if (!won) this.#pending ||= pending;
        const again = won ? await this.#publishNext(client) : pending && this.tuning.relayLockRetryMs;
        await client.query('COMMIT');
        return again;
      } catch (error) {
        // The claim is given back: its rows are published again.
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    } finally {
      await runner.release();
    }
  }

  async #publishNext(client: PoolClient): Promise<boolean | number> {
    const { lane } = this.publisher;
    const rows = (await client.query(READ_OUTBOX, [lane, this.tuning.relayBatchRows, this.tuning.relayBatchBytes]))
      .rows as OutboxRow[];
    if (rows.length === 0) return false;
    const { confirmed, refused } = await this.publisher.publish(rows);
    const attempts = new Map(rows.map((row) => [row.id, row.attempts]));
    if (confirmed.length > 0) await client.query(prepared(DELETE_OUTBOX, [confirmed]));
    for (const { id, reason } of refused) {
      const afterMs = backoffMs(attempts.get(id)! + 1, this.tuning.refusedBackoffMs, this.tuning.refusedBackoffCapMs);
      await client.query(HOLD_OUTBOX, [id, describe(reason), afterMs]);
      this.log.error({ lane, outboxId: id, reason, afterMs }, 'the broker refused a message; its key is held back');
    }
    const unconfirmed = rows.length - confirmed.length - refused.length;
    publishedTotal.inc({ lane, answer: 'confirmed' }, confirmed.length);
    publishedTotal.inc({ lane, answer: 'refused' }, refused.length);
    publishedTotal.inc({ lane, answer: 'unconfirmed' }, unconfirmed);
    if (unconfirmed > 0) this.log.warn({ lane, unconfirmed }, 'messages were not confirmed in time and will be published again');
    return unconfirmed === rows.length ? this.tuning.reconnectMs : true;
  }
}

/**
 * Moves due timers to the outbox; `wake` starts the lane that takes them. A timer is sent when it fires, and gets its id then: one
 * of its setting would be too old for any inbox after weeks in which nothing ran.
 */
export function timerPoll(database: DataSource, unitOfWork: UnitOfWork, tuning: Tuning, wake: () => void, log: Logger): Poll {
  return new Poll(
    'timers',
    tuning.timerPollMs,
    async () => {
      const [{ due }] = (await database.query(IS_TIMER_DUE)) as [{ due: boolean }];
      if (!due) return false;
      const moved = await unitOfWork.run(async (tx) => {
        const timers = await tx.query<{ type: string; key: string; body: Buffer }>(TAKE_DUE_TIMERS);
        const messages = timers.map(({ body, ...timer }) => ({
          ...timer,
          lane: 'rabbitmq' as const,
          ...sentAgain(body, newId()),
        }));
        if (messages.length > 0) await tx.query(INSERT_OUTBOX, outboxParameters(messages));
        return messages.length;
      });
      if (moved > 0) wake();
      return moved === 500;
    },
    log,
  );
}
