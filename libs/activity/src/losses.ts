import { type Batch, type Happened, happenedIn } from './item.js';

/** How much of what a replica told came here, in one of its lives. */
export interface Heard {
  readonly replica: string;
  readonly start: string;
  readonly received: number;
  readonly lost: number;
  /** When the replica was last heard of, in milliseconds since 1970. It says something every second. */
  readonly lastAt: number;
}

export type Totals = Pick<Heard, 'received' | 'lost'>;

type Noted = Pick<Batch, 'replica' | 'start' | 'first'> & { readonly items: readonly Pick<Happened, 'count'>[] };

/** In containers each new replica has a new name, and each start of one its number: the oldest are forgotten. */
const KEPT_STARTS = 64;

/**
 * Counts what the numbers of the items say was lost. What a replica told before its first item came here is not counted: nobody
 * listened then. What a replica had not sent when it was killed has no number that anybody knows.
 */
export class Losses {
  readonly #starts = new Map<string, { -readonly [Name in keyof Heard]: Heard[Name] } & { next: number }>();
  #received = 0;
  #lost = 0;

  constructor(private readonly now: () => number = Date.now) {}

  note({ replica, start, first, items }: Noted): void {
    const told = happenedIn(items);
    const key = `${replica} ${start}`;
    const known = this.#starts.get(key) ?? { replica, start, next: first, received: 0, lost: 0, lastAt: 0 };
    const lost = Math.max(0, first - known.next);
    this.#lost += lost;
    this.#received += told;
    known.lost += lost;
    known.received += told;
    known.lastAt = this.now();
    known.next = first + told;
    // Last in the map is last heard of.
    this.#starts.delete(key);
    this.#starts.set(key, known);
    if (this.#starts.size > KEPT_STARTS) this.#starts.delete(this.#starts.keys().next().value!);
  }

  /** Last heard of last. */
  get heard(): Heard[] {
    return [...this.#starts.values()].map(({ next: _, ...heard }) => heard);
  }

  /** Of all starts, those included that are forgotten. */
  get totals(): Totals {
    return { received: this.#received, lost: this.#lost };
  }
}
