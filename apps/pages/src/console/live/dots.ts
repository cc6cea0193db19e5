/** A message, or some of them, on its way along a line of the map. */
export interface Dot {
  readonly id: string;
  readonly since: number;
  /** So long after `since` it begins. */
  readonly afterMs: number;
  /** It stands for more than one: above twenty in a second nobody could follow each of them. */
  readonly many: boolean;
}

export type Dots = ReadonlyMap<string, readonly Dot[]>;

/** What came since the last look is shown now. */
export const LOOK_EVERY_MS = 250;
const DOTS_OF_A_LOOK = 5;

/** The lines of an item that stands for many, as often as makes a difference. */
export const times = (count: number, lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => Array.from({ length: Math.min(count, DOTS_OF_A_LOOK + 1) }, () => line));

/** As long as a dot needs for its way. */
const SHOWN_MS = 800;

/** The dots of each line after a look that found these lines busy, one entry for each message. */
export function dotsAfter(before: Dots, busy: readonly string[], now: number): Dots {
  const after = new Map<string, readonly Dot[]>();
  for (const [line, dots] of before) {
    const running = dots.filter(({ since, afterMs }) => now - since < afterMs + SHOWN_MS);
    if (running.length > 0) after.set(line, running);
  }
  const counts = new Map<string, number>();
  for (const line of busy) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const [line, count] of counts) {
    const shown = Math.min(count, DOTS_OF_A_LOOK);
    const fresh = Array.from({ length: shown }, (_, index): Dot => {
      const afterMs = Math.round((LOOK_EVERY_MS / shown) * index);
      return { id: `${now}-${index}`, since: now, afterMs, many: count > DOTS_OF_A_LOOK };
    });
    after.set(line, [...(after.get(line) ?? []), ...fresh]);
  }
  return after;
}
