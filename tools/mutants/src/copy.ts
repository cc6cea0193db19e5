import { type JestReport, PatchedCopy, testIn } from '@waybill/kit';
import type { Mutant } from './mutant.ts';

/** A copy in which tests run. */
export class Copy {
  readonly patched: PatchedCopy;
  readonly #connections: string;

  private constructor(patched: PatchedCopy, connections: string) {
    this.patched = patched;
    this.#connections = connections;
  }

  /** `connections`: the file that says where the servers of the live specs are. */
  static async make(connections: string, signal: AbortSignal): Promise<Copy> {
    return new Copy(await PatchedCopy.make(signal), connections);
  }

  /** Runs the tests of mutants of one spec. Without a report jest did not come to its end. */
  test(mutants: readonly Mutant[], withinMs: number): Promise<{ report?: JestReport; output: string }> {
    const { spec } = mutants[0]!;
    return testIn(this.patched, { spec, tests: mutants.map(({ test }) => test) }, { connections: this.#connections, withinMs });
  }
}
