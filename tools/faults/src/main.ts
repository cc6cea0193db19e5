// `npm run faults`: the system is broken in every way that it promises to stand, and every order is accounted for.
import { runningStack } from '@waybill/demo';
import { program, verdictOn, table, type Verdict } from '@waybill/kit';
import { down, up, withoutObservers } from '@waybill/stack';
import { faultRun } from './fault-run.ts';
import { leftAtBrokers } from './left-at-brokers.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { runs } from './runs.ts';
import type { RunResult } from './types.ts';

await program({ name: 'faults', help: HELP, read: readOptions, run: breakAll });

async function breakAll(options: Options, signal: AbortSignal): Promise<Verdict> {
  const { instance, names, ...numbers } = options;
  const chosen = runs.filter(({ name }) => names.includes(name));
  const results: RunResult[] = [];
  try {
    const balancers = chosen.some(({ through }) => through?.includes('haproxy')) ? ['haproxy'] : [];
    await up({ instance, only: [...withoutObservers, ...balancers], signal });
    const stack = await runningStack(instance);
    for (const run of chosen) {
      console.log(`\n${run.name}: ${run.what}`);
      const ran = await faultRun(run, { stack, instance, ...numbers, signal });
      // What an earlier run has left is still there after the last one.
      const left = run === chosen.at(-1) ? await leftAtBrokers(instance, signal) : [];
      const result = { ...ran, problems: [...ran.problems, ...left] };
      results.push(result);
      print(result);
    }
  } finally {
    await down({ instance, purge: true });
  }
  const orders = results.reduce((sum, result) => sum + result.orders, 0);
  return verdictOn(results, ({ name, problems }) => (problems.length > 0 ? `${name}: ${problems[0]}` : undefined), {
    note: `${orders} orders accounted for`,
    details: results,
  });
}

function print(result: RunResult): void {
  const { faults, traffic, orders, payments, settledS, repeated, duplicates, redelivered, fenced, problems } = result;
  console.log(
    table([
      ...[...Map.groupBy(faults, ({ what }) => what)].map(([what, times]) => [
        times.length > 1 ? `${what}, ${times.length} times` : what,
        Math.min(...times.map(({ inFlight }) => inFlight)),
        times.length > 1 ? 'orders in flight, or more' : 'orders in flight',
      ]),
      ...traffic.map(({ through, requests, failures, p50Ms, p99Ms, slowestMs }) => [
        `requests through ${through}`,
        requests,
        `${failures.length} failed; p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, slowest ${slowestMs.toFixed(0)} ms`,
      ]),
      [
        'orders accounted for',
        orders,
        Object.entries(payments)
          .map(([status, n]) => `${n} ${status}`)
          .join(', '),
      ],
      ...Object.entries(repeated).map(([reason, times]) => ['requests sent again', times, reason]),
      ['duplicates absorbed', duplicates],
      ['redelivered by RabbitMQ', redelivered],
      ['late workers fenced', fenced],
      ['seconds until settled', settledS.toFixed(1)],
    ]),
  );
  for (const problem of problems.slice(0, 20)) console.log(`  PROBLEM ${problem}`);
  if (problems.length > 20) console.log(`  ... and ${problems.length - 20} more`);
}
