import { parseArgs } from 'node:util';
import { wholeNumber } from '@waybill/kit';
import { GUARANTEES, type Guarantee } from './guarantees.ts';

export const HELP = `npm run without -- NAME ... [--orders N] [--json FILE]
Takes one guarantee away and counts the damage: in a copy of the project, which has a stack of its own, orders at the same rate meet
the same fault twice, first with the guarantee and then without it. Your files and whatever else runs are not touched.
Exit code 0 if there was no damage with the guarantee, and some without it. One takes three to five minutes.
  NAME           one or more of these; all: every one of them
  --orders N     orders of each run, at least (default 600)
  --json FILE    the counts for machines

${GUARANTEES.map(({ name, what }) => `  ${name.padEnd(16)}${what}`).join('\n')}
inbox and ordering have others behind them: these names answer which command shows them.`;

/** Each has others behind it: taken away alone, it does no damage that an audit could count. */
const SHOWN_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  [
    'inbox',
    "behind the inbox stand the unique row of each effect and the provider's key, so an audit counts no damage. `npm run mutants -- --only inbox-not-asked` shows the test that sees it, and `npm run without -- provider-key` what the last of them is good for",
  ],
  [
    'ordering',
    'behind the order of a key stand the versions of orders, so an audit counts no damage. `npm run essay -- no-key` shows the disorder, in a program that has neither',
  ],
]);

export interface Options {
  readonly guarantees: readonly Guarantee[];
  readonly orders: number;
  readonly json: string | undefined;
}

/** Reads the command line. Throws an error with a sentence for the person who typed it. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { orders: { type: 'string', default: '600' }, json: { type: 'string' } },
  });
  const unknown = positionals.filter((name) => name !== 'all' && !GUARANTEES.some((guarantee) => guarantee.name === name));
  const elsewhere = unknown.map((name) => SHOWN_ELSEWHERE.get(name)).find((where) => where !== undefined);
  if (elsewhere !== undefined) throw new Error(`It is not taken away here: ${elsewhere}.`);
  if (unknown.length > 0) throw new Error(`There is no guarantee ${unknown.join(', no ')}.`);
  if (positionals.length === 0) throw new Error('Say which guarantee is to be taken away.');
  const chosen = GUARANTEES.filter(({ name }) => positionals.includes('all') || positionals.includes(name));
  return { guarantees: chosen, orders: wholeNumber('--orders', values.orders, 100_000), json: values.json };
}
