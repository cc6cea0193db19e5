// `npm run faults`: the system is broken in every way that it promises to stand, and every order is accounted for.
import { writeFileSync } from 'node:fs';
import { runningStack, table } from '@waybill/demo';
import { down, up, withoutObservers } from '@waybill/stack';
import { faultRun, type RunResult } from './fault-run.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { runs } from './runs.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

process.exitCode = await main();

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const { instance, names, json, orders, perSecond } = options;
  const results: RunResult[] = [];
  try {
    await up({ instance, only: withoutObservers, signal: interrupted.signal });
    const stack = await runningStack(instance);
    for (const run of runs.filter(({ name }) => names.includes(name))) {
      console.log(`\n${run.name}: ${run.what}`);
      const result = await faultRun(run, { stack, instance, orders, perSecond, signal: interrupted.signal });
      results.push(result);
      print(result);
      if (json) writeFileSync(json, JSON.stringify(results, null, 2));
    }
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
  } finally {
    await down({ instance, purge: true });
  }
  return results.length === names.length && results.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

function print({ faults, orders, payments, settledS, repeated, duplicates, redelivered, fenced, problems }: RunResult): void {
  console.log(
    table([
      ...faults.map(({ what, inFlight }) => [what, inFlight, 'orders in flight']),
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
