import { AsyncResource } from 'node:async_hooks';
import { CommitUnknown } from './errors.js';
import type { Transaction, UnitOfWork } from './transaction.js';
import type { Tuning } from './tuning.js';

interface Part {
  readonly work: (tx: Transaction) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Short transactions that wait at the same time become one: what comes while one is under way goes together into the next.
 * No timer, so nobody waits who is alone. A commit costs PostgreSQL more than the few rows of a claim, and a hundred claims
 * take one connection of the pool instead of all.
 */
export class SharedTransaction {
  #waiting: Part[] = [];
  #underWay = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tuning: Pick<Tuning, 'deliveryBatch' | 'lockTimeoutMs'>,
  ) {}

  /**
   * As `UnitOfWork.run`. When another part fails, all is rolled back and each runs once more, alone: `work` may be called twice, and
   * only what its last call wrote is saved.
   */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // In the trace of whoever asked, not of whoever began the transaction.
      this.#waiting.push({ work: AsyncResource.bind(work), resolve: resolve as Part['resolve'], reject });
      if (!this.#underWay) void this.#commitWhatWaits();
    });
  }

  async #commitWhatWaits(): Promise<void> {
    this.#underWay = true;
    while (this.#waiting.length > 0) {
      const parts = this.#waiting.splice(0, this.tuning.deliveryBatch);
      if (parts.length === 1) await this.#alone(parts[0]!);
      else await this.#together(parts);
    }
    this.#underWay = false;
  }

  async #together(parts: readonly Part[]): Promise<void> {
    try {
      const results = await this.unitOfWork.runOpen((tx) => tx.parts(parts.map(({ work }) => work)), {
        lockTimeoutMs: this.tuning.lockTimeoutMs,
      });
      parts.forEach(({ resolve }, i) => resolve(results[i]));
    } catch (error) {
      if (error instanceof CommitUnknown) return parts.forEach(({ reject }) => reject(error));
      // Side by side, and the next ones need not wait: one of them may be at a lock that somebody holds for long.
      for (const part of parts) void this.#alone(part);
    }
  }

  async #alone({ work, resolve, reject }: Part): Promise<void> {
    await this.unitOfWork.run(work).then(resolve, reject);
  }
}
