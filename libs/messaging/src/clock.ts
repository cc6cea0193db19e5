import { Transient } from './errors.js';
import type { Logger } from './message.js';
import { clockAheadSeconds } from './metrics.js';

/** How far the clock of a process may be from its database's, and an id ahead of the clock of who receives it. */
export const CLOCK_TOLERANCE_MS = 300_000;

/** The clock of this process is far off. What it judges by time, or gives a time, would be wrong: nothing is done until it is right. */
export class ClockOff extends Transient {
  constructor(aheadMs: number) {
    super(`The clock of this process is ${inWords(aheadMs)} its database's: set it right. Nothing is lost meanwhile.`);
  }
}

/** The database's clock as `databaseMs`, for whatever statement has use for it. */
export const DATABASE_MS = `extract(epoch FROM clock_timestamp())::float8 * 1000 AS "databaseMs"`;

/** The clock of this process beside its database's. Nobody here can tell which of two is wrong, so neither is believed. */
export class Clock {
  #off = false;

  constructor(private readonly log: Logger) {}

  /** Whether the two agree, by what a statement has answered. That they do not, and that they do again, is told once each. */
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

  /** @throws ClockOff */
  compare(answer: { readonly databaseMs: number }, processMs = Date.now()): void {
    if (!this.agrees(answer, processMs)) throw new ClockOff(processMs - answer.databaseMs);
  }
}

const inWords = (aheadMs: number) => `${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
