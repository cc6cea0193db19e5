/** What PostgreSQL says of the transactions that write: below `xmin` all have ended, from `xmax` on none had begun. */
export interface WritersSeen {
  readonly xmin: string;
  readonly xmax: string;
}

/**
 * Where a claim of the relay may begin. A position is drawn a moment before its commit, so a row can appear below one that
 * was read already: a bound counts only when every transaction has ended that might still bring such a row, however long it
 * takes (a process that is suspended between the two holds the bound where it is). Until then, and once per poll in any
 * case, a claim begins at the first row. A backup holds a snapshot and writes nothing: it does not hold the bound.
 */
export class LowerBound {
  #bound = 0n;
  #next: { readonly id: bigint; readonly xmax: bigint } | undefined;
  #xmin = 0n;

  get id(): string {
    return String(this.#bound);
  }

  /** A claim has begun at the first row and found `first` there. `writers` were looked at after it. */
  readFromTheStart(first: string | undefined, writers: WritersSeen): void {
    const next = this.#next;
    // Looked at before this claim was read: what those transactions brought was in it.
    const ended = next !== undefined && this.#xmin >= next.xmax;
    if (ended) this.#bound = next.id;
    if (first !== undefined) {
      if (BigInt(first) < this.#bound) this.#bound = BigInt(first);
      if (ended || !next) this.#next = { id: BigInt(first), xmax: BigInt(writers.xmax) };
    }
    this.#xmin = BigInt(writers.xmin);
  }
}
