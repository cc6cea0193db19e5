/** Lets so many things through per second in the long run, and what forty seconds have saved up at once. */
export class TokenBucket {
  #tokens: number;
  #at: number | undefined;

  constructor(private readonly perSecond: number) {
    this.#tokens = this.#most;
  }

  /** Whether one more thing may go through at this time, in milliseconds of a clock that never goes back. */
  take(nowMs: number): boolean {
    this.#tokens = Math.min(this.#most, this.#tokens + ((nowMs - (this.#at ?? nowMs)) * this.perSecond) / 1_000);
    this.#at = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  get #most(): number {
    return this.perSecond === 0 ? 0 : Math.max(1, SAVED_SECONDS * this.perSecond);
  }
}

/** All orders of a demo are traced, and a stream that never ends costs little. */
const SAVED_SECONDS = 40;
