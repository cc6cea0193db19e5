import { type Dot, dotsFor, running } from './dots.ts';

/** What goes along one line of the map: dots, or so many a second where nobody could follow them. */
export interface Line {
  readonly dots: readonly Dot[];
  readonly perSecond?: number;
}

/** Above it on any line the map tells rates. A browser that moves dots draws sixty times a second, and a busy machine has better to do. */
const CROWDED_PER_SECOND = 40;
/** It moves dots again when no line has more. In between it stays as it is, so that it does not change to and fro. */
const CALM_PER_SECOND = 20;
const SECOND_MS = 1_000;

const STILL: Line = { dots: [] };

/** What moves on the map. Each line is told alone when it changes, so that a browser draws little. */
export class Movement {
  #lines = new Map<string, Line>();
  #came: { readonly at: number; readonly counts: ReadonlyMap<string, number> }[] = [];
  #crowded = false;
  #toldAt = 0;
  readonly #listeners = new Set<() => void>();

  /** `alwaysRates`: for who does not want to see anything move. */
  constructor(private readonly alwaysRates = false) {}

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /** Rates are shown, and no dots. */
  get isCrowded(): boolean {
    return this.#crowded;
  }

  readonly line = (id: string): Line => this.#lines.get(id) ?? STILL;

  /** How many a second come into a part of the map, while rates are shown. */
  readonly into = (part: string): number | undefined => {
    if (!this.#crowded) return undefined;
    let sum = 0;
    for (const [id, { perSecond = 0 }] of this.#lines) if (id.endsWith(`>${part}`)) sum += perSecond;
    return sum;
  };

  /** So many went along these lines just now. */
  came(counts: ReadonlyMap<string, number>, now: number): void {
    this.#came.push({ at: now, counts });
    this.look(now);
    if (this.#crowded) return;
    for (const [id, count] of counts) this.#lines.set(id, { dots: [...this.line(id).dots, ...dotsFor(count, now)] });
    this.#tell();
  }

  /** Takes away what has come to its end. To be called a few times a second, also when nothing comes. */
  look(now: number): void {
    this.#came = this.#came.filter(({ at }) => now - at < SECOND_MS);
    const rates = new Map<string, number>();
    for (const { counts } of this.#came) for (const [id, count] of counts) rates.set(id, (rates.get(id) ?? 0) + count);
    const busiest = Math.max(0, ...rates.values());
    const before = this.#crowded;
    this.#crowded = this.alwaysRates || busiest > (before ? CALM_PER_SECOND : CROWDED_PER_SECOND);
    if (this.#crowded) this.#showRates(rates, now, before);
    else if (before) this.#show(new Map());
    else this.#takeAway(now);
  }

  #showRates(rates: ReadonlyMap<string, number>, now: number, wereShown: boolean): void {
    // A number that changes more often cannot be read.
    if (wereShown && now - this.#toldAt < SECOND_MS) return;
    this.#toldAt = now;
    const lines = [...rates].map(([id, perSecond]): [string, Line] => {
      const last = this.line(id);
      return [id, last.perSecond === perSecond ? last : { dots: [], perSecond }];
    });
    this.#show(new Map(lines));
  }

  #takeAway(now: number): void {
    let changed = false;
    for (const [id, { dots }] of this.#lines) {
      const left = running(dots, now);
      if (left === dots) continue;
      changed = true;
      if (left.length === 0) this.#lines.delete(id);
      else this.#lines.set(id, { dots: left });
    }
    if (changed) this.#tell();
  }

  #show(lines: Map<string, Line>): void {
    if (lines.size === 0 && this.#lines.size === 0) return;
    this.#lines = lines;
    this.#tell();
  }

  #tell(): void {
    for (const changed of this.#listeners) changed();
  }
}
