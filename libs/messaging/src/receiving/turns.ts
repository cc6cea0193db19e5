/** The two lines: messages that a broker has brought, and messages that were parked. */
export type Line = 'fresh' | 'retries';

/** What runs in a place. It may leave the place before its end: the next one begins then. */
type Work<T> = (leave: () => void) => Promise<T>;

/**
 * Lets a few calls run at a time, because the called system bears no more. The others wait here, before the deadline of their
 * handler begins. Each line is served in its order. When both wait, they take turns: a backlog of one never shuts out the
 * other.
 */
export class Turns {
  readonly #lines: Record<Line, (() => void)[]> = { fresh: [], retries: [] };
  #served: Line = 'retries';
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  /** Calls `work` when its turn has come, however long that takes. This is for work that can wait where it is. */
  async inTurn<T>(line: Line, work: Work<T>): Promise<T> {
    if (!this.#takeFree(line)) await new Promise<void>((resolve) => this.#lines[line].push(resolve));
    return this.#work(work);
  }

  /**
   * As `inTurn`, for work that holds something while it waits. Returns undefined when its turn has not come within
   * `patienceMs`.
   */
  async inTurnWithin<T>(patienceMs: number, line: Line, work: Work<T>): Promise<T | undefined> {
    if (!this.#takeFree(line) && !(await this.#waitWithin(patienceMs, line))) return undefined;
    return this.#work(work);
  }

  #takeFree(line: Line): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    this.#served = line;
    return true;
  }

  async #work<T>(work: Work<T>): Promise<T> {
    let left = false;
    const leave = () => {
      if (!left) this.#next();
      left = true;
    };
    try {
      return await work(leave);
    } finally {
      leave();
    }
  }

  #waitWithin(patienceMs: number, line: Line): Promise<boolean> {
    return new Promise((resolve) => {
      const come = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#lines[line].splice(this.#lines[line].indexOf(come), 1);
        resolve(false);
      }, patienceMs);
      this.#lines[line].push(come);
    });
  }

  #next(): void {
    const other: Line = this.#served === 'fresh' ? 'retries' : 'fresh';
    const line = this.#lines[other].length > 0 ? other : this.#served;
    const come = this.#lines[line].shift();
    this.#served = line;
    if (come) come();
    else this.#free += 1;
  }
}
