import { Transient } from './errors.js';

/** How far the clock of a process may be from its database's, and an id ahead of the clock of who receives it. */
export const CLOCK_TOLERANCE_MS = 300_000;

/** The clock of this process is far off. What it judges by time, or gives a time, would be wrong: nothing is done until it is right. */
export class ClockOff extends Transient {
  constructor(aheadMs: number) {
    const seconds = Math.round(Math.abs(aheadMs) / 1_000);
    super(
      `The clock of this process is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} its database's: set it right. Nothing is lost meanwhile.`,
    );
  }
}

/** The database's clock as `databaseMs`, for whatever statement has use for it. */
export const DATABASE_MS = `extract(epoch FROM clock_timestamp())::float8 * 1000 AS "databaseMs"`;

/** Nobody here can tell which of two clocks is wrong, so neither is believed. @throws ClockOff */
export function compareClocks({ databaseMs }: { readonly databaseMs: number }): void {
  const aheadMs = Date.now() - databaseMs;
  if (Math.abs(aheadMs) > CLOCK_TOLERANCE_MS) throw new ClockOff(aheadMs);
}
