import { testsNamed } from '@waybill/kit';
import type { Copy } from './copy.ts';
import type { Mutant } from './mutant.ts';

/** A bug may make its test hang: jest gives a live one up after 300 s. */
const ONE_WITHIN_MS = 400_000;
const ALL_WITHIN_MS = 900_000;

export interface Hunted {
  readonly mutant: Mutant;
  /** The tests that went red. */
  readonly caughtBy: readonly string[];
  /** Why the mutant counts as not caught. */
  readonly problem?: string;
  readonly seconds: number;
}

/** Before the hunt: every named test is there and green. One that is red anyway would catch any bug. What is wrong, if something is. */
export async function greenBefore(copy: Copy, sameSpec: readonly Mutant[]): Promise<string[]> {
  const { report, output } = await copy.test(sameSpec, ALL_WITHIN_MS);
  return sameSpec.flatMap((mutant) => {
    const { passed, failed } = report ? testsNamed(report, mutant) : { passed: [], failed: [] };
    if (failed.length > 0) return [`${mutant.name}: without the patch "${failed[0]}" is red too\n${lastLines(output)}`];
    return passed.length > 0 ? [] : [`${mutant.name}: ${mutant.spec} has no test "${mutant.test}", or jest did not end`];
  });
}

/** Applies a patch, looks whether its test goes red, and takes it back. */
export async function hunt(copy: Copy, mutant: Mutant, patchFile: string): Promise<Hunted> {
  const started = performance.now();
  const ended = (caughtBy: readonly string[], problem?: string): Hunted => ({
    mutant,
    caughtBy,
    ...(problem !== undefined && { problem }),
    seconds: (performance.now() - started) / 1000,
  });
  try {
    const rejected = await copy.patched.apply(patchFile);
    if (rejected !== undefined) return ended([], `the patch does not apply any more\n${rejected}`);
    const broken = await copy.patched.build(mutant.packages);
    if (broken !== undefined) return ended([], `the patched code does not compile\n${lastLines(broken)}`);
    const { report, output } = await copy.test([mutant], ONE_WITHIN_MS);
    if (!report) return ended([], `jest did not end\n${lastLines(output)}`);
    const { passed, failed } = testsNamed(report, mutant);
    if (failed.length > 0) return ended(failed);
    return ended([], passed.length > 0 ? 'no test went red: the bug would go unseen' : `no test ran\n${lastLines(output)}`);
  } finally {
    await copy.patched.restore();
  }
}

const lastLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .slice(-30)
    .map((line) => `    ${line}`)
    .join('\n');
