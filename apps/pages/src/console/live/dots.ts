/** A message, or some of them, on its way along a line of the map. */
export interface Dot {
  readonly id: string;
  readonly since: number;
  /** So long after `since` it begins. */
  readonly afterMs: number;
  /** It stands for more than one: above twenty in a second nobody could follow each of them. */
  readonly many: boolean;
}

/** So often the console tells what came, and that is shown until it tells again. */
export const TOLD_EVERY_MS = 250;
const DOTS_AT_ONCE = 5;

/** As long as a dot needs for its way. */
const SHOWN_MS = 800;

/** The dots of a line that are still on their way. The same ones, where that is all of them. */
export function running(dots: readonly Dot[], now: number): readonly Dot[] {
  const left = dots.filter(({ since, afterMs }) => now - since < afterMs + SHOWN_MS);
  return left.length === dots.length ? dots : left;
}

/** A dot for each of `count` messages, up to what an eye follows, spread over the time until the console tells again. */
export function dotsFor(count: number, now: number): readonly Dot[] {
  const shown = Math.min(count, DOTS_AT_ONCE);
  return Array.from({ length: shown }, (_, index) => ({
    id: `${now}-${index}`,
    since: now,
    afterMs: Math.round((TOLD_EVERY_MS / shown) * index),
    many: count > DOTS_AT_ONCE,
  }));
}
