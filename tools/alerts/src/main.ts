// `npm run alerts`: every alert of a drill is seen to fire, and to go, on a real Prometheus.
import { randomBytes } from 'node:crypto';
import { auditWhenQuiet, orderRequest, placeOrders, readEvidence, runningStack } from '@waybill/demo';
import { elapsedReport, program, table, type Verdict } from '@waybill/kit';
import { down, up } from '@waybill/stack';
import { roundsWith } from './drills.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { prometheusOf } from './prometheus.ts';
import { runRounds, type Outcome, type Seen } from './run-rounds.ts';

/** Enough for rates to have something to count, and few enough that what waits during a fault is soon worked off. */
const ORDERS_PER_SECOND = 20;
/** What the last drill has held up is worked off by then, and long before. */
const AUDIT_GRACE_MS = 180_000;

await program({ name: 'alerts', help: HELP, read: readOptions, run: drillAll });

async function drillAll(options: Options, signal: AbortSignal): Promise<Verdict> {
  try {
    await up({ instance: options.instance, signal });
    const outcome = await drill(options, signal);
    print(outcome);
    const { seen, problems } = outcome;
    const passed = seen.filter(
      ({ firedAfterS, resolvedAfterS }) => firedAfterS !== undefined && resolvedAfterS !== undefined,
    ).length;
    return {
      passed,
      // Something may also have fired that nobody had made a fault for.
      failed: Math.max(seen.length - passed, Math.min(1, problems.length)),
      note: problems[0] ?? 'each fired and went',
      details: outcome,
    };
  } finally {
    await down({ instance: options.instance, purge: true });
  }
}

/** Orders come all the time, each of which would be confirmed at once if nothing were broken. In the end all are accounted for. */
async function drill({ names, instance }: Options, signal: AbortSignal): Promise<Outcome> {
  const say = elapsedReport(console.log);
  const stack = await runningStack(instance);
  const prometheus = await prometheusOf(instance);
  let goOn = true;
  const orders = placeOrders(stack, {
    run: `alerts-${randomBytes(3).toString('hex')}`,
    count: 32,
    inFlight: 32,
    perSecond: ORDERS_PER_SECOND,
    goOn: () => goOn,
    // Every twentieth of the demo's mix is paid, and neither cancelled nor sent twice.
    request: (run, n, products) => orderRequest(run, 20 * n, products),
    signal,
  });
  // Told by what awaits it below, and not before.
  orders.catch(() => undefined);
  let outcome: Outcome;
  try {
    outcome = await runRounds(roundsWith(names), { prometheus, system: { instance, stack }, signal, say });
  } finally {
    goOn = false;
    await orders;
  }
  const { evidence, violations } = await auditWhenQuiet(() => readEvidence(stack), { graceMs: AUDIT_GRACE_MS, signal });
  say(`the audit looked at ${evidence.orders.length} orders and found ${violations.length} problems`);
  return { ...outcome, problems: [...outcome.problems, ...violations] };
}

function print({ seen, problems }: Outcome): void {
  const seconds = (value: number | undefined) => (value === undefined ? 'never' : value.toFixed(0));
  const row = ({ alert, cause, firedAfterS, resolvedAfterS }: Seen) => [
    alert,
    cause,
    seconds(firedAfterS),
    firedAfterS === undefined ? '' : seconds(resolvedAfterS),
  ];
  console.log(`\n${table([['ALERT', 'CAUSE', 'FIRED AFTER S', 'RESOLVED AFTER S'], ...seen.map(row)])}\n`);
  for (const problem of problems) console.log(`  PROBLEM ${problem}`);
}
