/** What PostgreSQL says of the transactions that write: all below `xmin` have ended, and none from `xmax` on had begun. */
export interface WritersSeen {
  readonly xmin: string;
  readonly xmax: string;
}

/**
 * Where a claim of the relay may begin. A transaction draws a position a moment before its commit, so a row can appear below
 * one that the relay has read already. So a bound counts only when every transaction that might still bring such a row has
 * ended, however long that takes: a process that is suspended between the two holds the bound where it is. Until then, and
 * once per poll in any case, a claim begins at the first row. A backup holds a snapshot and writes nothing: it does not hold
 * the bound.
 */
export class LowerBound {
  #bound = 0n;
  #next: { readonly id: bigint; readonly xmax: bigint } | undefined;
  #xmin = 0n;

  get id(): string {
    return String(this.#bound);
  }

  /** A claim has begun at the first row and found `first` there. The relay has looked at `writers` after it. */
  readFromTheStart(first: string | undefined, writers: WritersSeen): void {
    const next = this.#next;
    // The relay saw `#xmin` before it read this claim, so the claim has seen what those transactions brought.
    const ended = next !== undefined && this.#xmin >= next.xmax;
    if (ended) this.#bound = next.id;
    if (first !== undefined) {
      if (BigInt(first) < this.#bound) this.#bound = BigInt(first);
      if (ended || !next) this.#next = { id: BigInt(first), xmax: BigInt(writers.xmax) };
    }
    this.#xmin = BigInt(writers.xmin);
  }
}
