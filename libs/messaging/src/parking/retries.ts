import { setTimeout as delay } from 'node:timers/promises';
import { type DeliveryParts, runOutside } from '../receiving/delivery.js';
import { ComeBack, Fenced, reasonOf } from '../errors.js';
import { classify } from './failure-class.js';
import { beginProcess, endProcess } from '../message-spans.js';
import { messagesTotal } from '../metrics.js';
import { tell } from '../observe.js';
import {
  CLAIM_PARKED,
  type ClaimedRow,
  CRASH_LIMIT,
  FAIL_PARKED,
  FINISH_PARKED,
  HOLD_PARKED,
  LOOK_AT_PARKED,
  type ParkedLook,
  RELEASE_HEADLESS,
  RELEASE_KNOWN,
  RELEASE_LOST,
  SKIP_KNOWN,
  SUSPECT_IS_DUE,
} from './parking.js';
import { Poll } from '../poll.js';
import { receive } from '../receiving/received.js';
import { SilentClaims } from './silent-claims.js';
import type { Span } from '../trace.js';
import { backoffMs } from '../tuning.js';

/** How often the retries look whether a blocked message has lost the one before it. */
const HEADLESS_EVERY_MS = 60_000;
const HEADLESS_PAUSE_MS = 1_000;

type FailedOutcome = 'fenced' | 'dead' | 'parked';

/** Tries parked messages again when they are due, the same for both brokers. Events of one key go in order. */
export class Retries {
  readonly #polls: readonly Poll[];
  readonly #poll: Poll;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #inHand = new Map<string, Promise<void>>();
  readonly #silent: SilentClaims;
  readonly #stopping = new AbortController();
  /** Counts the retries in hand whose handler holds a connection to its end. */
  #transactions = 0;
  /** A suspect is in hand. */
  #alone = false;
  /** Since when a due suspect waits for the retries in hand. */
  #suspectSince: number | undefined;
  /** Until then the retries do not ask for suspects. */
  #othersUntil = 0;
  /** A claim failed, but the database may have saved it all the same. */
  #claimLost = false;
  #headlessAfter = '0';

  constructor(private readonly parts: Omit<DeliveryParts, 'parked' | 'databaseIsAway'>) {
    const { tuning, log } = parts;
    this.#silent = new SilentClaims(parts, (rowId) => this.#inHand.has(rowId));
    this.#poll = new Poll('retries', tuning.retryPollMs, () => this.#claim(), log);
    this.#polls = [
      this.#poll,
      new Poll('unknown types', tuning.unknownRetryMs, () => this.#releaseKnown(), log),
      new Poll('order of parked messages', HEADLESS_EVERY_MS, () => this.#releaseHeadless(), log),
    ];
  }

  start(): void {
    for (const poll of this.#polls) poll.start();
  }

  /** This process has parked a message: look when it is due instead of at the next poll. */
  wakeIn(afterMs: number): void {
    if (afterMs > this.parts.tuning.retryPollMs) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#poll.wake();
    }, afterMs + 1);
    this.#timers.add(timer);
  }

  /** Resolves when the retries in hand have ended. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stopping.abort();
    await Promise.all(this.#polls.map((poll) => poll.stop()));
    await Promise.all(this.#inHand.values());
  }

  /** Starts the due messages for which there is room. A slow one does not hold up the others. */
  async #claim(): Promise<boolean> {
    try {
      if (this.#claimLost) await this.#query(RELEASE_LOST, [this.parts.worker, [...this.#inHand.keys()]]);
      this.#claimLost = false;
      const [look] = await this.parts.database.query<ParkedLook[]>(LOOK_AT_PARKED);
      if (look!.silent) await this.#silent.look();
      else this.#silent.forget();
      if (!look!.due && !look!.silent) return false;
      const suspectsWait = performance.now() < this.#othersUntil;
      if (this.#alone || (await this.#isTurnOfSuspect())) return false;
      const room = this.#room();
      const rows = await this.#claimRows(room, false);
      for (const row of rows) this.#start(row);
      // It is the others' turn, and there are none.
      if (suspectsWait && this.#inHand.size === 0) await this.#startSuspect();
      // Each row may turn out to need a connection, so a claim takes no more rows than there are connections. With room left,
      // there is another claim.
      return !this.#alone && rows.length === room && this.#room() > 0;
    } catch (error) {
      this.#claimLost = true;
      this.#silent.forget();
      throw error;
    }
  }

  /**
   * A message that may have killed its process runs alone: others beside it would die with it, and be taken for killers too.
   * So from the moment when one is due, nothing is claimed until the retries in hand have ended. Afterwards the others have
   * their turn, for as long as they have waited.
   */
  async #isTurnOfSuspect(): Promise<boolean> {
    const now = performance.now();
    if (now < this.#othersUntil) return false;
    if (this.#inHand.size === 0) return this.#startSuspect();
    const [{ due } = { due: false }] = await this.#query<{ due: boolean }>(SUSPECT_IS_DUE, [this.parts.handlers.types]);
    if (due) this.#suspectSince ??= now;
    else this.#othersUntil = now + this.parts.tuning.retryPollMs;
    return due;
  }

  async #startSuspect(): Promise<boolean> {
    const since = this.#suspectSince ?? performance.now();
    this.#suspectSince = undefined;
    const [suspect] = await this.#claimRows(1, true);
    if (!suspect) return false;
    this.#alone = true;
    this.#start(suspect, () => {
      this.#alone = false;
      this.#othersUntil = 2 * performance.now() - since;
    });
    return true;
  }

  #start(row: ClaimedRow, ended: () => void = () => {}): void {
    const holds = this.parts.handlers.isOutside(row.type) ? 0 : 1;
    this.#transactions += holds;
    const span = beginProcess(row, row.redriven);
    const run = span
      .run(() => this.#retry(row, span))
      .finally(() => {
        this.#transactions -= holds;
        this.#inHand.delete(row.rowId);
        ended();
        this.#poll.wake();
      });
    this.#inHand.set(row.rowId, run);
  }

  #room(): number {
    const { retryConcurrency, retryTransactions } = this.parts.tuning;
    return Math.min(retryConcurrency - this.#inHand.size, retryTransactions - this.#transactions);
  }

  async #claimRows(atMost: number, suspects: boolean): Promise<ClaimedRow[]> {
    const { tuning, worker } = this.parts;
    if (atMost <= 0) return [];
    // The claim outlives the handler's deadline, so that it runs out only when the worker is dead or stopped.
    const leaseMs = tuning.handlerDeadlineMs * 1.5;
    return this.#query<ClaimedRow>(CLAIM_PARKED, [atMost, leaseMs, suspects, worker, this.parts.handlers.types]);
  }

  async #retry(row: ClaimedRow, span: Span): Promise<void> {
    const { log, handlers } = this.parts;
    const end = (outcome: 'handled' | FailedOutcome, error?: unknown) => {
      if (outcome !== 'fenced') tell(outcome, row, row.stream);
      endProcess(span, row, { outcome, attempt: row.attempt, group: handlers.group, error });
    };
    tell('retried', row, row.stream);
    try {
      await this.#run(row);
      messagesTotal.inc({ type: row.type, outcome: 'handled' });
      log.info({ type: row.type, attempt: row.attempt }, 'a parked message was handled');
      end('handled');
    } catch (error) {
      const outcome = error instanceof Fenced ? this.#tellFenced(row, error.message) : await this.#report(row, error);
      if (outcome) end(outcome, error);
    }
  }

  #tellFenced(row: ClaimedRow, reason: string): 'fenced' {
    messagesTotal.inc({ type: row.type, outcome: 'fenced' });
    this.parts.log.warn({ type: row.type, attempt: row.attempt }, reason);
    return 'fenced';
  }

  /**
   * Writes how the run ended, until that is written or this process stops. While this process keeps the report, the database
   * may go away and come back, and that counts as nothing. Only silence looks like a crash. Returns what became of the run, if
   * that is written.
   */
  async #report(row: ClaimedRow, error: unknown): Promise<FailedOutcome | undefined> {
    const { log, tuning } = this.parts;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#fail(row, error);
      } catch (failure) {
        const afterMs = backoffMs(tries, tuning.reconnectMs, tuning.retryBackoffCapMs);
        log.warn(
          { type: row.type, attempt: row.attempt, afterMs, reason: reasonOf(failure) },
          'a failed retry could not be noted yet',
        );
        if (this.#stopping.signal.aborted) return undefined;
        await delay(afterMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  async #run(row: ClaimedRow): Promise<void> {
    const { contracts, handlers, tuning, unitOfWork } = this.parts;
    if (row.crashes >= CRASH_LIMIT)
      throw new Doomed(`It never reported back from ${row.crashes} runs: it probably kills its process.`);
    const received = receive(row, contracts, handlers.has);
    if (received.what === 'poison') throw new Doomed(received.reason);
    if (received.what !== 'message') throw new NotForUs(tuning.unknownRetryMs, 'This build has no handler for its type.');
    if (handlers.isOutside(received.type)) {
      // It runs in a transaction for it alone, not in a shared one: a message that has failed before must hold up no other.
      return handlers.retryInTurn(received.type, tuning.retryTurnMs, (leave) =>
        runOutside(unitOfWork, received, row.attempt, tuning.handlerDeadlineMs, handlers, leave),
      );
    }
    await unitOfWork.runOpen(
      async (tx) => {
        await mine(tx.query(HOLD_PARKED, [row.rowId, row.attempt]));
        await handlers.run(received, row.attempt, tx, tuning.handlerDeadlineMs);
        await mine(tx.query(FINISH_PARKED, [row.rowId, row.attempt]));
      },
      { lockTimeoutMs: tuning.lockTimeoutMs },
    );
  }

  async #fail(row: ClaimedRow, error: unknown): Promise<FailedOutcome> {
    const { log, tuning } = this.parts;
    const kind = error instanceof Doomed ? 'reject' : classify(error);
    const counted = kind === 'failure' || kind === 'reject' ? 1 : 0;
    const transient = kind === 'transient' ? 1 : 0;
    const dead = kind === 'reject' || (kind === 'failure' && row.failures + 1 >= tuning.maxAttempts);
    const tries = row.failures + row.transientFailures + 1;
    const afterMs =
      error instanceof ComeBack ? Math.max(0, error.afterMs) : backoffMs(tries, tuning.retryBackoffMs, tuning.retryBackoffCapMs);
    const fields = { type: row.type, attempt: row.attempt, reason: reasonOf(error) };
    const written = await this.#query(FAIL_PARKED, [
      ...[row.rowId, row.attempt, dead ? 'dead' : 'waiting', afterMs],
      ...[counted, transient, reasonOf(error), !(error instanceof NotForUs)],
    ]);
    // Or the database has saved the end of the run, and the answer was lost.
    if (written.length === 0)
      return this.#tellFenced(row, 'a failed retry has ended otherwise, or another worker has taken it over');
    messagesTotal.inc({ type: row.type, outcome: dead ? 'dead' : 'failed' });
    if (dead) {
      log.error(fields, 'dead letter');
      return 'dead';
    }
    log.warn({ ...fields, afterMs }, 'a retry failed');
    this.wakeIn(afterMs);
    return 'parked';
  }

  /** Releases the messages that an older build did not know and that this build handles. */
  async #releaseKnown(): Promise<boolean> {
    const { contracts, handlers } = this.parts;
    const released = await this.#query(RELEASE_KNOWN, [handlers.types]);
    const others = [...contracts.keys()].filter((type) => !handlers.has(type));
    const skipped = await this.#query<{ type: string }>(SKIP_KNOWN, [others]);
    for (const { type } of skipped) messagesTotal.inc({ type, outcome: 'skipped' });
    if (released.length + skipped.length > 0) this.#poll.wake();
    return released.length === 500 || skipped.length === 500;
  }

  async #releaseHeadless(): Promise<number> {
    const [walk] = await this.#query<{ last: string | null; released: number }>(RELEASE_HEADLESS, [this.#headlessAfter]);
    if (walk!.released > 0)
      this.parts.log.warn({ released: walk!.released }, 'blocked messages had nobody before them, and were released');
    this.#headlessAfter = walk!.last ?? '0';
    if (walk!.last === null) return HEADLESS_EVERY_MS;
    return HEADLESS_PAUSE_MS;
  }

  #query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.parts.unitOfWork.run((tx) => tx.query<Row>(sql, parameters));
  }
}

async function mine(rows: Promise<unknown[]>): Promise<void> {
  if ((await rows).length === 0) throw new Fenced('another worker has taken over this retry');
}

/** The handler has not run here: another build knows the type. */
class NotForUs extends ComeBack {}

/** The message cannot be tried again, whatever its handler would say. */
class Doomed extends Error {
  override readonly name = 'DeadLetter';
}
