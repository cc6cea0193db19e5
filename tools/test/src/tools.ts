/** A tool that tests something, and writes its suite for machines. */
export interface Tool {
  /** From `tools/`, with its arguments. */
  readonly run: readonly string[];
  /** The instance that it starts, and breaks or asks. */
  readonly instance?: string;
  /** Its row in the table, where another suite has the tool's own name. */
  readonly row?: string;
  /** It runs beside another one: its output is shown when it has ended. */
  readonly beside?: true;
  readonly withinMinutes: number;
}

/** Enough for every fault to meet orders in flight, at half the rate of `npm run faults`, which sends 2,000 each. */
const FEW_ORDERS = ['--orders', '400', '--per-second', '30'];
/** One rolling restart, and kills of two replicas; `npm run faults` has ten and twelve. */
const SHORT_EDGE = ['--rounds', '1', '--kills', '2'];
/** They wait, for half a minute to three minutes, and hardly need a processor meanwhile. */
const LONG_WAITS = ['provider-down', 'stop-order-relaying', 'stop-notification-consuming', 'stop-payment-calling'];
/** A key signs for a minute at least before the next one may: its rotations are tried by hand, ten in a row. */
const SLOW_ROTATION = 'edge-signing-keys';

/** Each check, each query and rule, each fault run, each alert and each known bug is one test. */
export const TOOLS = {
  checks: { run: ['check'], withinMinutes: 5 },
  // Those that need no server. Each is started, checked, solved and checked again.
  labs: { run: ['labs', 'verify', '--pure'], beside: true, withinMinutes: 8 },
  boards: { run: ['boards', 'ask'], instance: 'test-boards', beside: true, withinMinutes: 12 },
  // The whole system once more, with a browser in front of it.
  browser: { run: ['browser'], instance: 'test-browser', beside: true, withinMinutes: 12 },
  // README and docs as a reader types them.
  commands: { run: ['commands'], instance: 'test-commands', beside: true, withinMinutes: 10 },
  cost: { run: ['bench', '--only', 'cost'], instance: 'test-bench', withinMinutes: 5 },
  // Where there is a Docker engine with the base images: nothing is pulled.
  compose: { run: ['compose', '--no-pull'], withinMinutes: 15 },
  faults: {
    run: ['faults', ...FEW_ORDERS, ...SHORT_EDGE, ...[...LONG_WAITS, SLOW_ROTATION].flatMap((name) => ['--without', name])],
    instance: 'test-faults',
    withinMinutes: 45,
  },
  faultsThatWait: {
    run: ['faults', ...LONG_WAITS, ...FEW_ORDERS],
    instance: 'test-outage',
    row: 'faults that wait',
    beside: true,
    withinMinutes: 20,
  },
  // Builds, and restarts replicas one by one: it waits for the most part.
  upgrade: { run: ['upgrade'], beside: true, withinMinutes: 15 },
  alerts: { run: ['alerts'], instance: 'test-alerts', beside: true, withinMinutes: 30 },
  mutants: { run: ['mutants'], withinMinutes: 30 },
} as const satisfies Record<string, Tool>;
