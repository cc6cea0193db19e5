import { runTool } from './run-tool.ts';
import type { Suite } from './suite.ts';

const ORDERS = 60;

/** What `tools/demo` writes. */
interface Outcome {
  readonly ok: boolean;
  readonly orders: { readonly accepted: number };
  readonly violations: readonly string[];
}

const demo = {
  name: 'end to end',
  run: ['tools/demo/src/main.ts', '--once', '--orders', String(ORDERS)],
  instance: 'e2e',
  withinMinutes: 8,
};

/** The demo as a test: the whole system, real orders, and an audit that accounts for each of them. */
export const runEndToEnd = (folder: string, signal: AbortSignal): Promise<Suite> =>
  runTool<Outcome>(
    demo,
    ({ ok, orders: { accepted }, violations }) =>
      ok && accepted >= ORDERS
        ? { passed: 1, failed: 0, note: `${accepted} orders accounted for` }
        : { passed: 0, failed: 1, note: violations[0] ?? `${accepted} orders accepted` },
    { folder, signal },
  );
