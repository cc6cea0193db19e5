import type { DataSource } from 'typeorm';
import { Transient } from './errors.js';
import type { Logger } from './message.js';
import { clockAheadSeconds } from './metrics.js';

/** How far the clock of a process may be from its database's, and how far an id may be ahead of its receiver's clock. */
export const CLOCK_TOLERANCE_MS = 300_000;

/**
 * The clock of this process is far off. The process would judge and give times wrongly, so it does nothing until its clock is
 * right.
 */
export class ClockOff extends Transient {
  constructor(aheadMs: number) {
    super(`The clock of this process is ${inWords(aheadMs)} its database's: set it right. Nothing is lost meanwhile.`);
  }
}

/** The database's clock as `databaseMs`, for any statement that needs it. */
export const DATABASE_MS = `extract(epoch FROM clock_timestamp())::float8 * 1000 AS "databaseMs"`;

/**
 * Compares the clock of this process with its database's. The process cannot tell which of the two is wrong, so it believes
 * neither.
 */
export class Clock {
  #off = false;

  constructor(private readonly log: Logger) {}

  /**
   * Whether the two agree, by the answer of a statement. The log tells once that they disagree, and once that they agree
   * again.
   */
  agrees({ databaseMs }: { readonly databaseMs: number }, processMs = Date.now()): boolean {
    const aheadMs = processMs - databaseMs;
    const off = Math.abs(aheadMs) > CLOCK_TOLERANCE_MS;
    clockAheadSeconds.set(aheadMs / 1_000);
    if (off && !this.#off)
      this.log.error(
        { aheadMs: Math.round(aheadMs) },
        `the clock of this process is ${inWords(aheadMs)} its database's: nothing is done until they agree`,
      );
    if (!off && this.#off) this.log.info({ aheadMs: Math.round(aheadMs) }, 'the clock of this process is right again');
    this.#off = off;
    return !off;
  }

  /** Asks the database for its time. @throws ClockOff, and what keeps the database from answering */
  async ask(database: DataSource): Promise<void> {
    const [answer] = await database.query<{ databaseMs: number }[]>(`SELECT ${DATABASE_MS}`);
    this.compare(answer!);
  }

  /** @throws ClockOff */
  compare(answer: { readonly databaseMs: number }, processMs = Date.now()): void {
    if (!this.agrees(answer, processMs)) throw new ClockOff(processMs - answer.databaseMs);
  }
}

const inWords = (aheadMs: number) => `${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
