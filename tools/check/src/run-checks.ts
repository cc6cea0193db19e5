import type { Check } from './check.ts';

export interface CheckResult {
  readonly name: string;
  readonly seconds: number;
  readonly problems: readonly string[];
}

/** Runs all checks, two at a time (the machine that runs them has two cores), and tells `done` of each as it ends. A check that breaks is a problem, not the end. */
export async function runChecks(checks: readonly Check[], done: (result: CheckResult) => void): Promise<CheckResult[]> {
  const waiting = [...checks];
  const results: CheckResult[] = [];
  const lane = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const started = performance.now();
      const problems = await check.problems().catch((error: unknown) => [`the check itself broke: ${String(error)}`]);
      const result = { name: check.name, seconds: (performance.now() - started) / 1000, problems };
      results.push(result);
      done(result);
    }
  };
  await Promise.all([lane(), lane()]);
  return results;
}
