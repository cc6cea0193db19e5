/** What one suite of tests came to; also the result of a tool that tests something, which `--json` writes for machines. */
export interface Suite {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** What a reader of the table should know: that the result came from the cache, or why nothing ran. */
  readonly note?: string | undefined;
  /** What exactly was seen, in the tool's own terms. */
  readonly details?: unknown;
}

/** A suite that came to nothing where something had to run: that is a failure, never a zero. */
export const broken = (name: string, note: string, seconds = 0): Suite => ({
  name,
  passed: 0,
  failed: 1,
  skipped: 0,
  seconds,
  note,
});

/** The suite of things of which each is as promised or has its problems. */
export function verdictOn<Thing>(
  things: readonly Thing[],
  problemOf: (thing: Thing) => string | undefined,
  { note, details }: { readonly note: string; readonly details: unknown },
): Verdict {
  const problems = things.map(problemOf).filter((problem) => problem !== undefined);
  return { passed: things.length - problems.length, failed: problems.length, note: problems.join('; ') || note, details };
}

/** What a tool finds; whose it is and how long it took, its shell adds. */
export type Verdict = Pick<Suite, 'passed' | 'failed' | 'note' | 'details'> & { readonly skipped?: number };
