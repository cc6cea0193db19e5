// `npm run upgrade`: the system gets another version of itself while it works.
import { PatchedCopy, program, type Verdict } from '@waybill/kit';
import { HELP, type Options, readOptions } from './options.ts';

const WITHIN_MS = 15 * 60_000;

await program({ name: 'upgrade', help: HELP, read: readOptions, run: upgradeCopy });

/** The upgrade changes sources and builds, so all of it happens in a copy: `under-load.ts` is run there. */
async function upgradeCopy({ perSecond, instance }: Options, signal: AbortSignal): Promise<Verdict> {
  console.log('The project is copied; its stack in the copy is its own.');
  const copy = await PatchedCopy.make(signal);
  try {
    const numbers = ['--per-second', String(perSecond), '--instance', instance];
    const suite = await copy.suiteOf(['tools/upgrade/src/under-load.ts', ...numbers], WITHIN_MS);
    if (!suite) throw new Error('The upgrade did not come to its end: what it said is above.');
    return suite;
  } finally {
    copy.remove();
  }
}
