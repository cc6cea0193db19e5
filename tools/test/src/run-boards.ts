import { existsSync, readFileSync } from 'node:fs';
import { down, instanceOf } from '@waybill/stack';
import { runNode } from './child.ts';
import { broken, type Suite } from './suite.ts';

const NAME = 'boards';
const INSTANCE = 'test-boards';

/** What `tools/boards` writes. */
interface Asked {
  readonly queries: number;
  readonly rules: number;
  readonly problems: readonly string[];
}

/** Every query of every board and every rule, put to a Prometheus that watches the whole system at work: each is a test. */
export async function runBoards(folder: string, signal: AbortSignal): Promise<Suite> {
  const file = `${folder}/boards.json`;
  console.log(`\n${NAME}`);
  const ask = ['tools/boards/src/main.ts', 'ask', '--instance', INSTANCE, '--json', file];
  try {
    const { code, seconds } = await runNode(ask, { signal, withinMinutes: 8 });
    if (!existsSync(file)) return broken(NAME, `ended with ${code} and no result`, seconds);
    const { queries, rules, problems } = JSON.parse(readFileSync(file, 'utf8')) as Asked;
    const passed = Math.max(0, queries + rules - problems.length);
    const note = problems[0] ?? `${queries} queries of the boards, ${rules} rules: each has an answer`;
    return { name: NAME, passed, failed: problems.length, skipped: 0, seconds, note };
  } finally {
    if (existsSync(instanceOf(INSTANCE).dir)) await down({ instance: INSTANCE, purge: true });
  }
}
