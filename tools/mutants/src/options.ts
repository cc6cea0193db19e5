import { parseArgs } from 'node:util';
import { wholeNumber } from '@waybill/kit';

export const HELP = `npm run mutants [-- --only NAME ...] [-- --at-once N] [-- --json FILE]
Puts one known bug after the other into a copy of the project, and wants a test to go red for each: the tests are tested.
Exit code 0 only if every patch of tools/mutants/patches applies, compiles and is seen, and every guarantee has one.
  --only NAME     this patch alone; may be given several times
  --at-once N     copies that work side by side (default 2)
  --json FILE     the results for machines
The servers are those of the instance \`test\`; if they are not up, they are started, and ended afterwards.`;

export type Options = ReturnType<typeof readOptions>;

/** Reads the command line. Throws an error with a sentence for the person who typed it. */
export function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      'at-once': { type: 'string', default: '2' },
      json: { type: 'string' },
    },
  });
  const atOnce = wholeNumber('--at-once', values['at-once'], 8);
  return { only: values.only, atOnce, json: values.json };
}
