import { existsSync, readFileSync } from 'node:fs';
import { runNode } from './child.ts';
import { broken, type Suite } from './suite.ts';

/** `npm run check` as a suite: each check counts as one test. */
export async function runChecks(folder: string, signal: AbortSignal): Promise<Suite[]> {
  const file = `${folder}/checks.json`;
  const { seconds } = await runNode(['tools/check/src/main.ts', '--json', file], { signal, withinMinutes: 5 });
  if (!existsSync(file)) return [broken('checks', 'ended without a result', seconds)];
  const results = JSON.parse(readFileSync(file, 'utf8')) as { problems: string[] }[];
  const failed = results.filter((result) => result.problems.length > 0).length;
  return [{ name: 'checks', passed: results.length - failed, failed, skipped: 0, seconds }];
}
