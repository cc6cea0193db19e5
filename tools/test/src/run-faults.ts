import { existsSync, readFileSync } from 'node:fs';
import { down, instanceOf } from '@waybill/stack';
import { runNode } from './child.ts';
import { broken, type Suite } from './suite.ts';

const NAME = 'faults';
const INSTANCE = 'test-faults';
/** Enough for every fault to meet orders in flight; `npm run faults` sends 2,000 each. */
const ORDERS = 400;
/** One rolling restart, and kills of two replicas; `npm run faults` has ten and twelve. */
const EDGE = ['--rounds', '1', '--kills', '2'];

interface RunResult {
  readonly name: string;
  readonly orders: number;
  readonly problems: readonly string[];
}

/** The system broken under load in each of its ways: every run, with its audit, is one test. */
export async function runFaults(folder: string, signal: AbortSignal): Promise<Suite> {
  const file = `${folder}/faults.json`;
  console.log(`\n${NAME}`);
  const faults = ['tools/faults/src/main.ts', '--orders', String(ORDERS), ...EDGE, '--instance', INSTANCE, '--json', file];
  try {
    const { code, seconds } = await runNode(faults, { signal, withinMinutes: 30 });
    if (!existsSync(file)) return broken(NAME, `ended with ${code} and no result`, seconds);
    const results = JSON.parse(readFileSync(file, 'utf8')) as RunResult[];
    const failed = results.filter(({ problems }) => problems.length > 0);
    const orders = results.reduce((sum, result) => sum + result.orders, 0);
    const note = failed.length > 0 ? failed.map(({ name }) => name).join(', ') : `${orders} orders accounted for`;
    const suite = { name: NAME, passed: results.length - failed.length, failed: failed.length, skipped: 0, seconds, note };
    return code !== 0 && failed.length === 0 ? { ...suite, failed: 1, note: `ended with ${code} before its last run` } : suite;
  } finally {
    if (existsSync(instanceOf(INSTANCE).dir)) await down({ instance: INSTANCE, purge: true });
  }
}
