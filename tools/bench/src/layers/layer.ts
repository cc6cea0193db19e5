import { setTimeout as delay } from 'node:timers/promises';

/** One part of the work, measured alone: how many a second Waybill does, and how many the machine does without Waybill. */
export interface Layer {
  readonly name: string;
  /** What is counted. */
  readonly unit: string;
  /** What the raw limit is. */
  readonly raw: string;
  /** Runs once and returns a rate per second. The first way is Waybill's, `raw` is the limit, others are Waybill with one choice off. */
  readonly ways: Readonly<Record<string, () => Promise<number>>>;
}

/** How many a second `work` did of `count`. */
export async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (1_000 * count) / (performance.now() - started);
}

const WITHIN_MS = 60_000;

/** Waits for a fact, for a minute at most. */
export async function until(what: string, isSo: () => Promise<boolean>, everyMs = 50): Promise<void> {
  const limit = performance.now() + WITHIN_MS;
  while (!(await isSo())) {
    if (performance.now() > limit) throw new Error(`A minute has passed, and it is not so that ${what}.`);
    await delay(everyMs);
  }
}
