import { existsSync, readFileSync } from 'node:fs';
import { down, instanceOf } from '@waybill/stack';
import { runNode } from './child.ts';
import { broken, type Suite } from './suite.ts';

const NAME = 'end to end';
const INSTANCE = 'e2e';
const ORDERS = 60;

interface Outcome {
  readonly ok: boolean;
  readonly orders: { readonly accepted: number };
  readonly violations: readonly string[];
}

/** The demo as a test: the whole system, real orders, and an audit that accounts for each of them. */
export async function runEndToEnd(folder: string, signal: AbortSignal): Promise<Suite> {
  const file = `${folder}/end-to-end.json`;
  console.log(`\n${NAME}: ${ORDERS} orders`);
  const demo = ['tools/demo/src/main.ts', '--once', '--orders', String(ORDERS), '--instance', INSTANCE, '--json', file];
  try {
    const { code, seconds } = await runNode(demo, { signal, withinMinutes: 8 });
    if (!existsSync(file)) return broken(NAME, `the demo ended with ${code} and no outcome`, seconds);
    const { ok, orders, violations } = JSON.parse(readFileSync(file, 'utf8')) as Outcome;
    if (code === 0 && ok && orders.accepted >= ORDERS)
      return { name: NAME, passed: 1, failed: 0, skipped: 0, seconds, note: `${orders.accepted} orders accounted for` };
    return broken(NAME, violations[0] ?? `the demo ended with ${code}, ${orders.accepted} orders accepted`, seconds);
  } finally {
    if (existsSync(instanceOf(INSTANCE).dir)) await down({ instance: INSTANCE, purge: true });
  }
}
