// `npm run faults`: the system is broken in every way that it promises to stand, and every order is accounted for.
import { runningStack } from '@waybill/demo';
import { program, verdictOn, type Verdict } from '@waybill/kit';
import { down, up, withoutObservers } from '@waybill/stack';
import { faultRun } from './fault-run.ts';
import { leftAtBrokers } from './left-at-brokers.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { printResult } from './print-result.ts';
import { isOfThePause } from './disturbances.ts';
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
      const once = () => faultRun(run, { stack, instance, ...numbers, signal });
      let ran = await once();
      if (isOfThePause(ran)) {
        printResult(ran);
        console.log(
          `\n${run.name} once more: the machine stood still for ${ran.stoodStillS.toFixed(1)} s, which explains what is wrong.`,
        );
        ran = await once();
      }
      // What an earlier run has left is still there after the last one.
      const left = run === chosen.at(-1) ? await leftAtBrokers(instance, signal) : [];
      const result = { ...ran, problems: [...ran.problems, ...left] };
      results.push(result);
      printResult(result);
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
