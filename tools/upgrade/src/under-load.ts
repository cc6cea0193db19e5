// In a copy of the project: its stack is started, loaded, upgraded, and audited.
import { runningStack } from '@waybill/demo';
import { faultRun, printResult } from '@waybill/faults';
import { PatchedCopy, program, projectRoot, type Verdict, verdictOn } from '@waybill/kit';
import { down, up, withoutObservers } from '@waybill/stack';
import { HELP, type Options, readOptions } from './options.ts';
import { upgradeOf } from './upgrade.ts';

/** What was parked is retried within 15 s, and so is what a restart has cut off. */
const GRACE_MS = 120_000;

await program({ name: 'upgrade', help: HELP, read: readOptions, run: upgradeUnderLoad });

async function upgradeUnderLoad({ perSecond, instance }: Options, signal: AbortSignal): Promise<Verdict> {
  const upgrade = upgradeOf(PatchedCopy.in(projectRoot, signal));
  try {
    await up({ instance, only: [...withoutObservers, 'haproxy'], signal });
    const plan = {
      stack: await runningStack(instance),
      instance,
      orders: 0,
      perSecond,
      rounds: 1,
      kills: 0,
      outageMs: 0,
      graceMs: GRACE_MS,
      signal,
    };
    console.log(`\n${upgrade.what}`);
    const result = await faultRun(upgrade, plan);
    printResult(result);
    return verdictOn([result], ({ problems }) => problems[0], {
      note: `${result.orders} orders of two builds accounted for`,
      details: result,
    });
  } finally {
    await down({ instance, purge: true });
  }
}
