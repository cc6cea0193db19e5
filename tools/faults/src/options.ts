import { parseArgs } from 'node:util';
import { wholeNumber } from '@waybill/kit';
import { runs } from './runs.ts';

export const HELP = `npm run faults [-- RUN ...] [-- --orders N] [-- --per-second N] [-- --json FILE] [-- --instance NAME]
Breaks a system of its own while orders are being sent, waits until everything is settled, and audits every order, all money
and all mails. Exit code 0 only if every order of every run is accounted for, every fault has hit something, and no process
of ours has ended by itself or not cleanly.
  RUN             one or more of the runs below; left out: all of them
  --orders N      orders of each run (default 2000)
  --per-second N  how fast they are sent (default 60); of the edge runs: requests through each balancer
  --rounds N      rolling restarts of edge-restarts, and half the reloads of edge-reloads (default 10)
  --kills N       kills of edge-kills, one every 10 s (default 12)
  --instance NAME the instance to use (default faults); it is ended and removed afterwards
  --json FILE     the results for machines

${runs.map(({ name, what }) => `  ${name.padEnd(28)}${what}`).join('\n')}`;

export type Options = ReturnType<typeof readOptions>;

/** Reads the command line. Throws an error with a sentence for the person who typed it. */
export function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      orders: { type: 'string', default: '2000' },
      'per-second': { type: 'string', default: '60' },
      rounds: { type: 'string', default: '10' },
      kills: { type: 'string', default: '12' },
      instance: { type: 'string', default: 'faults' },
      json: { type: 'string' },
    },
  });
  const unknown = positionals.filter((name) => !runs.some((run) => run.name === name));
  if (unknown.length > 0) throw new Error(`There is no run ${unknown.join(', no ')}.`);
  const number = (name: 'orders' | 'per-second' | 'rounds' | 'kills') => wholeNumber(`--${name}`, values[name], 100_000);
  return {
    names: positionals.length > 0 ? positionals : runs.map(({ name }) => name),
    orders: number('orders'),
    perSecond: number('per-second'),
    rounds: number('rounds'),
    kills: number('kills'),
    instance: values.instance,
    json: values.json,
  };
}
