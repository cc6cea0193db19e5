import { runTool } from './run-tool.ts';
import type { Suite } from './suite.ts';

/** What `tools/boards` writes. */
interface Asked {
  readonly queries: number;
  readonly rules: number;
  readonly problems: readonly string[];
}

const boards = {
  name: 'boards',
  run: ['tools/boards/src/main.ts', 'ask'],
  instance: 'test-boards',
  withinMinutes: 8,
};

/** Every query of every board and every rule, put to a Prometheus that watches the whole system at work: each is a test. */
export const runBoards = (folder: string, signal: AbortSignal): Promise<Suite> =>
  runTool<Asked>(
    boards,
    ({ queries, rules, problems }) => ({
      passed: Math.max(0, queries + rules - problems.length),
      failed: problems.length,
      note: problems[0] ?? `${queries} queries of the boards, ${rules} rules: each has an answer`,
    }),
    { folder, signal },
  );
