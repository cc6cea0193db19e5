import { existsSync, readFileSync } from 'node:fs';
import { missing } from '@waybill/containers';
import { runNode } from './child.ts';
import { broken, type Suite } from './suite.ts';

const NAME = 'compose';

/** What `tools/compose` writes. */
interface Result {
  readonly orders: number;
  readonly problem?: string;
  readonly lacks?: string;
}

/** The system in containers, where there is a Docker engine with the base images: nothing is pulled. */
export async function runCompose(folder: string, signal: AbortSignal): Promise<Suite> {
  const none = await missing();
  if (none) return skipped(none);
  const file = `${folder}/compose.json`;
  console.log(`\n${NAME}`);
  const { code, seconds } = await runNode(['tools/compose/src/main.ts', '--no-pull', '--json', file], {
    signal,
    withinMinutes: 15,
  });
  if (!existsSync(file)) return broken(NAME, `ended with ${code} and no result`, seconds);
  const { orders, problem, lacks } = JSON.parse(readFileSync(file, 'utf8')) as Result;
  if (lacks) return skipped(lacks);
  if (problem !== undefined || code !== 0) return broken(NAME, problem?.split('\n')[0] ?? `ended with ${code}`, seconds);
  return { name: NAME, passed: 1, failed: 0, skipped: 0, seconds, note: `${orders} orders accounted for` };
}

const skipped = (note: string): Suite => ({ name: NAME, passed: 0, failed: 0, skipped: 1, seconds: 0, note });
