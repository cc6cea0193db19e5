/** A tool that tests something, and writes its suite for machines. */
export interface Tool {
  /** From `tools/`, with its arguments. */
  readonly run: readonly string[];
  /** The instance that it starts, and breaks or asks. */
  readonly instance?: string;
  readonly withinMinutes: number;
}

/** Enough for every fault to meet orders in flight; `npm run faults` sends 2,000 each. */
const FEW_ORDERS = ['--orders', '400'];
/** One rolling restart, and kills of two replicas; `npm run faults` has ten and twelve. */
const SHORT_EDGE = ['--rounds', '1', '--kills', '2'];

/** Each check, each query and rule, each fault run, each alert and each known bug is one test. */
export const TOOLS = {
  checks: { run: ['check'], withinMinutes: 5 },
  boards: { run: ['boards', 'ask'], instance: 'test-boards', withinMinutes: 8 },
  // The whole system once more, with a browser in front of it.
  browser: { run: ['browser'], instance: 'test-browser', withinMinutes: 8 },
  cost: { run: ['bench', '--only', 'cost'], instance: 'test-bench', withinMinutes: 5 },
  // Where there is a Docker engine with the base images: nothing is pulled.
  compose: { run: ['compose', '--no-pull'], withinMinutes: 15 },
  faults: { run: ['faults', ...FEW_ORDERS, ...SHORT_EDGE], instance: 'test-faults', withinMinutes: 45 },
  alerts: { run: ['alerts'], instance: 'test-alerts', withinMinutes: 30 },
  mutants: { run: ['mutants'], withinMinutes: 30 },
} as const satisfies Record<string, Tool>;
