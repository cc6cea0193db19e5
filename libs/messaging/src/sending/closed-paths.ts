import { backoffMs, type Tuning } from '../tuning.js';

/** A path that the broker does not serve. No row of it is worth sending now, and every row of another path is. */
export interface ClosedPath {
  readonly path: string;
  readonly reason: string;
}

/**
 * Knows which paths of a lane are left out of its claims, and until when. Only this process keeps that: a replica that takes
 * the lane over finds out anew, with one claim. The wait grows with each failure, to seconds only, because nobody tells when
 * the broker serves the path again.
 */
export class ClosedPaths {
  readonly #closed = new Map<string, { failures: number; until: number }>();

  constructor(
    private readonly tuning: Tuning,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get left(): string[] {
    return [...this.#closed].filter(([, { until }]) => until > this.now()).map(([path]) => path);
  }

  /** How long until one of them is tried again; undefined while none is left out. */
  get reopensInMs(): number | undefined {
    const waits = [...this.#closed.values()].map(({ until }) => until - this.now()).filter((ms) => ms > 0);
    return waits.length > 0 ? Math.min(...waits) : undefined;
  }

  /** True: it was open until now. */
  close(path: string): boolean {
    const failures = (this.#closed.get(path)?.failures ?? 0) + 1;
    const { refusedBackoffMs, reconnectCapMs } = this.tuning;
    this.#closed.set(path, { failures, until: this.now() + backoffMs(failures, refusedBackoffMs, reconnectCapMs) });
    return failures === 1;
  }

  /** True: it was closed until now. */
  open(path: string): boolean {
    return this.#closed.delete(path);
  }
}
