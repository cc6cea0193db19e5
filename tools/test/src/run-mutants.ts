import { existsSync, readFileSync } from 'node:fs';
import { runNode } from './child.ts';
import { broken, type Suite } from './suite.ts';

const NAME = 'mutants';

interface Hunted {
  readonly name: string;
  readonly problem?: string;
}

/** The tests tested: every known bug, put in on purpose, is one test, passed when another test goes red. */
export async function runMutants(folder: string, signal: AbortSignal): Promise<Suite> {
  const file = `${folder}/mutants.json`;
  console.log(`\n${NAME}`);
  const { code, seconds } = await runNode(['tools/mutants/src/main.ts', '--json', file], { signal, withinMinutes: 30 });
  if (!existsSync(file)) return broken(NAME, `ended with ${code} and no result`, seconds);
  const hunted = JSON.parse(readFileSync(file, 'utf8')) as Hunted[];
  const missed = hunted.filter(({ problem }) => problem !== undefined);
  const note = missed.length > 0 ? missed.map(({ name }) => name).join(', ') : 'known bugs, each seen by a test';
  const suite = { name: NAME, passed: hunted.length - missed.length, failed: missed.length, skipped: 0, seconds, note };
  return code !== 0 && missed.length === 0 ? { ...suite, failed: 1, note: `ended with ${code}: see above` } : suite;
}
