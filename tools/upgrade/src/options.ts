import { parseArgs } from 'node:util';
import { wholeNumber } from '@waybill/kit';

export const HELP = `npm run upgrade [-- --per-second N] [-- --json FILE]
Waybill is upgraded while orders are sent through both balancers, each once: in a copy of the project, with a stack of its own, a
version of a contract and a column of a table are replaced. Old and new builds of order and payment run side by side, first in
the wrong order. Exit code 0 if every request was answered at its only try, and every order is accounted for. It takes some
three minutes. tools/upgrade/patches has the change, docs/how-to/change-a-contract.md tells it.
  --per-second N   requests through each balancer (default 30)
  --json FILE      the result for machines`;

export type Options = ReturnType<typeof readOptions>;

/** Reads the command line. Throws an error with a sentence for the person who typed it. */
export function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      'per-second': { type: 'string', default: '30' },
      instance: { type: 'string', default: 'upgrade' },
      json: { type: 'string' },
    },
  });
  return { perSecond: wholeNumber('--per-second', values['per-second'], 1_000), instance: values.instance, json: values.json };
}
