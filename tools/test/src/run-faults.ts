import { runTool } from './run-tool.ts';
import type { Suite } from './suite.ts';

/** Enough for every fault to meet orders in flight; `npm run faults` sends 2,000 each. */
const ORDERS = 400;
/** One rolling restart, and kills of two replicas; `npm run faults` has ten and twelve. */
const EDGE = ['--rounds', '1', '--kills', '2'];

/** What `tools/faults` writes of each of its runs. */
interface RunResult {
  readonly name: string;
  readonly orders: number;
  readonly problems: readonly string[];
}

const faults = {
  name: 'faults',
  run: ['tools/faults/src/main.ts', '--orders', String(ORDERS), ...EDGE],
  instance: 'test-faults',
  withinMinutes: 45,
};

/** The system broken under load in each of its ways: every run, with its audit, is one test. */
export const runFaults = (folder: string, signal: AbortSignal): Promise<Suite> =>
  runTool<readonly RunResult[]>(
    faults,
    (results) => {
      const failed = results.filter(({ problems }) => problems.length > 0);
      const orders = results.reduce((sum, result) => sum + result.orders, 0);
      return {
        passed: results.length - failed.length,
        failed: failed.length,
        note:
          failed.length > 0
            ? failed.map(({ name, problems }) => `${name}: ${problems[0]}`).join('; ')
            : `${orders} orders accounted for`,
      };
    },
    { folder, signal },
  );
