import type { Happened } from './item.js';

/** A page looks so often at what came. */
export const WINDOW_MS = 250;
/** Twenty a second: an eye follows no more on one line. */
export const ALONE_IN_A_WINDOW = 5;

interface Line extends Pick<Happened, 'kind'> {
  readonly type: string | undefined;
  readonly way: string | undefined;
  alone: number;
  counted: number;
  /** When the last of them happened. */
  at: number;
}

/**
 * Tells what is said alone from what is only counted. A line is what an eye sees as one: a kind, a type and a way. The first items
 * of a line go alone in each window, and all others of it as one item that says how many they are.
 */
export class Crowd {
  readonly #lines = new Map<string, Line>();

  constructor(private readonly aloneInAWindow = ALONE_IN_A_WINDOW) {}

  /** Whether an item goes alone. If not, it is counted. */
  goesAlone({ kind, at, type, way }: Happened): boolean {
    const key = `${kind} ${type ?? ''} ${way ?? ''}`;
    const line = this.#lines.get(key) ?? { alone: 0, counted: 0, at, kind, type, way };
    if (line.alone === 0) this.#lines.set(key, line);
    if (line.alone < this.aloneInAWindow) line.alone += 1;
    else {
      line.counted += 1;
      line.at = at;
    }
    return line.counted === 0;
  }

  /** What was counted in the window that ends, one item for each line. */
  end(): Happened[] {
    const counted = [...this.#lines.values()].filter(({ counted }) => counted > 0);
    this.#lines.clear();
    return counted.map(({ kind, at, type, way, counted: count }) => ({
      kind,
      at,
      ...(type !== undefined && { type }),
      ...(way !== undefined && { way }),
      count,
    }));
  }
}
