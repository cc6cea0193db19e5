import { type DeliveryParts, runOutside } from './delivery.js';
import { ComeBack, Fenced } from './errors.js';
import { classify } from './failure-class.js';
import { messagesTotal } from './metrics.js';
import { CLAIM_PARKED, type ClaimedRow, CRASH_LIMIT, describe, FAIL_PARKED, FINISH_PARKED } from './parking.js';
import { receive, type Received } from './received.js';
import { Poll } from './poll.js';
import { inTraceOf } from './trace.js';
import { backoffMs } from './tuning.js';

/** Tries parked messages again when they are due: in order for an event's key, the same for both brokers. */
export class Retries {
  readonly #poll: Poll;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #inHand = new Set<Promise<void>>();
  /** Of those in hand: the ones whose handler holds a connection to its end. */
  #transactions = 0;
  /** A suspect is in hand. */
  #alone = false;

  constructor(private readonly parts: Omit<DeliveryParts, 'database' | 'parked' | 'databaseIsAway'>) {
    this.#poll = new Poll('retries', parts.tuning.retryPollMs, () => this.#claim(), parts.log);
  }

  start(): void {
    this.#poll.start();
  }

  /** Something was parked here: look when it is due instead of at the next poll. */
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
    await this.#poll.stop();
    await Promise.all(this.#inHand);
  }

  /**
   * Starts what is due, as far as there is room; a slow one does not hold up the others. A message that may have killed its
   * process runs alone: others beside it would die with it, and be taken for killers too.
   */
  async #claim(): Promise<boolean> {
    if (this.#alone) return false;
    const suspects = this.#inHand.size === 0 ? await this.#claimRows(1, true) : [];
    this.#alone = suspects.length > 0;
    const room = this.#room();
    const rows = this.#alone ? suspects : await this.#claimRows(room, false);
    for (const row of rows) {
      const holds = this.parts.handlers.isOutside(row.type) ? 0 : 1;
      this.#transactions += holds;
      const run = inTraceOf(row, () => this.#retry(row)).finally(() => {
        this.#transactions -= holds;
        this.#inHand.delete(run);
        this.#alone = false;
        this.#poll.wake();
      });
      this.#inHand.add(run);
    }
    // A claim takes what is due, so that each row may turn out to need a connection: with room left, there is another claim.
    return !this.#alone && rows.length === room && this.#room() > 0;
  }

  #room(): number {
    const { retryConcurrency, retryTransactions } = this.parts.tuning;
    return Math.min(retryConcurrency - this.#inHand.size, retryTransactions - this.#transactions);
  }

  async #claimRows(atMost: number, suspects: boolean): Promise<ClaimedRow[]> {
    const { unitOfWork, tuning } = this.parts;
    if (atMost <= 0) return [];
    // The claim outlives the handler's deadline, so that it runs out only when the worker is dead or stopped.
    const leaseMs = tuning.handlerDeadlineMs * 1.5;
    return unitOfWork.run((tx) => tx.query<ClaimedRow>(CLAIM_PARKED, [atMost, leaseMs, suspects]));
  }

  async #retry(row: ClaimedRow): Promise<void> {
    const { log } = this.parts;
    try {
      await this.#run(row);
      messagesTotal.inc({ type: row.type, outcome: 'handled' });
      log.info({ type: row.type, attempt: row.attempt }, 'a parked message was handled');
    } catch (error) {
      if (error instanceof Fenced) {
        messagesTotal.inc({ type: row.type, outcome: 'fenced' });
        return log.warn({ type: row.type, attempt: row.attempt }, error.message);
      }
      // When even this fails the claim runs out by itself.
      await this.#fail(row, error).catch((failure) =>
        log.warn({ reason: describe(failure) }, 'a failed retry could not be noted'),
      );
    }
  }

  async #run(row: ClaimedRow): Promise<void> {
    const { contracts, handlers, tuning, unitOfWork } = this.parts;
    if (row.crashes >= CRASH_LIMIT)
      throw new Doomed(`It never reported back from ${row.crashes} runs: it probably kills its process.`);
    const received: Received = receive(row, contracts, handlers.has);
    if (received.what === 'poison') throw new Doomed(received.reason);
    if (received.what !== 'message') throw new NotForUs(tuning.unknownRetryMs, 'This build does not know its type.');
    if (handlers.isOutside(received.type))
      // Alone, not in a shared transaction: what has failed before shall hold up nobody.
      return runOutside(unitOfWork, received, row.attempt, tuning.handlerDeadlineMs, handlers);
    await unitOfWork.runOpen(
      async (tx) => {
        const mine = await tx.query(FINISH_PARKED, [row.rowId, row.attempt]);
        if (mine.length === 0) throw new Fenced('another worker has taken over this retry');
        await handlers.run(received, row.attempt, tx, tuning.handlerDeadlineMs);
      },
      { lockTimeoutMs: tuning.lockTimeoutMs },
    );
  }

  async #fail(row: ClaimedRow, error: unknown): Promise<void> {
    const { log, tuning, unitOfWork } = this.parts;
    const kind = error instanceof Doomed ? 'reject' : classify(error);
    const counted = kind === 'failure' || kind === 'reject' ? 1 : 0;
    const transient = kind === 'transient' ? 1 : 0;
    const dead = kind === 'reject' || (kind === 'failure' && row.failures + 1 >= tuning.maxAttempts);
    const tries = row.failures + row.transientFailures + 1;
    const afterMs =
      error instanceof ComeBack ? Math.max(0, error.afterMs) : backoffMs(tries, tuning.retryBackoffMs, tuning.retryBackoffCapMs);
    const fields = { type: row.type, attempt: row.attempt, reason: describe(error) };
    await unitOfWork.run((tx) =>
      tx.query(FAIL_PARKED, [
        ...[row.rowId, row.attempt, dead ? 'dead' : 'waiting', afterMs],
        ...[counted, transient, describe(error), !(error instanceof NotForUs)],
      ]),
    );
    messagesTotal.inc({ type: row.type, outcome: dead ? 'dead' : 'failed' });
    if (dead) return log.error(fields, 'dead letter');
    log.warn({ ...fields, afterMs }, 'a retry failed');
    this.wakeIn(afterMs);
  }
}

/** Its handler has not run here: another build knows it. */
class NotForUs extends ComeBack {}

/** Cannot be tried again, whatever its handler would say. */
class Doomed extends Error {
  override readonly name = 'DeadLetter';
}
