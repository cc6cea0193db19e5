import { AsyncResource } from 'node:async_hooks';
import { CommitUnknown } from './errors.js';
import { Gathering } from './gathering.js';
import type { Transaction, UnitOfWork } from './transaction.js';
import type { Tuning } from './tuning.js';

interface Part {
  readonly work: (tx: Transaction) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins short transactions that wait at the same time. A commit costs PostgreSQL more than the few rows of a claim. And a
 * hundred claims take one connection of the pool instead of all.
 */
export class SharedTransaction {
  readonly #parts: Gathering<Part>;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tuning: Pick<Tuning, 'sharedParts' | 'lockTimeoutMs'>,
  ) {
    this.#parts = new Gathering({
      atMost: tuning.sharedParts,
      run: (parts) => (parts.length === 1 ? this.#alone(parts[0]!) : this.#together(parts)),
    });
  }

  /**
   * As `UnitOfWork.run`. When another part fails, everything is rolled back and each part runs once more, alone. So `work` may
   * be called twice, and only what its last call wrote is saved.
   */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.tuning.sharedParts === 1) return this.unitOfWork.run(work);
    return new Promise<T>((resolve, reject) => {
      // It runs in the trace of its asker, not in that of the part that began the transaction.
      this.#parts.add({ work: AsyncResource.bind(work), resolve: resolve as Part['resolve'], reject });
    });
  }

  async #together(parts: readonly Part[]): Promise<void> {
    try {
      const results = await this.unitOfWork.runOpen((tx) => tx.parts(parts.map(({ work }) => work)), {
        lockTimeoutMs: this.tuning.lockTimeoutMs,
      });
      parts.forEach(({ resolve }, i) => resolve(results[i]));
    } catch (error) {
      if (error instanceof CommitUnknown) return parts.forEach(({ reject }) => reject(error));
      // They run side by side, and the next parts do not wait for them: one may wait long for a lock that another transaction
      // holds.
      for (const part of parts) void this.#alone(part);
    }
  }

  async #alone({ work, resolve, reject }: Part): Promise<void> {
    // As a part: what it asks at the same time is one statement then.
    await this.unitOfWork.runOpen((tx) => tx.parts([work])).then(([result]) => resolve(result), reject);
  }
}
