import { parseArgs } from 'node:util';
import { wholeNumber } from '@waybill/kit';
import { runs } from './runs.ts';

export const HELP = `npm run faults [-- RUN ...] [-- --without RUN] [-- --orders N] [-- --per-second N] [-- --grace S] [-- --json FILE] [-- --instance NAME]
Breaks a system of its own while orders are being sent, waits until everything is settled, and audits every order, all money
and all mails. Exit code 0 only if every order of every run is accounted for, every fault has hit something, and no process
of ours has ended by itself or not cleanly. When the whole machine stood still for 2 s or more, and that explains all that is
wrong with a run (requests refused, messages that came again), it says so and makes that run once more.
  RUN             one or more of the runs below; left out: all of them
  --without RUN   leaves out one run, or several: it may be given again
  --orders N      orders of each run (default 2000)
  --per-second N  how fast they are sent (default 60); of the edge runs: requests through each balancer
  --rounds N      rolling restarts of edge-restarts, and half the reloads of edge-reloads (default 10)
  --kills N       kills of edge-kills, one every 10 s (default 12)
  --outage S      seconds of provider-down (default 180)
  --grace S       so many seconds for what is under way in the end (default 180): what is wrong after them stays wrong
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
      without: { type: 'string', multiple: true, default: [] },
      orders: { type: 'string', default: '2000' },
      'per-second': { type: 'string', default: '60' },
      rounds: { type: 'string', default: '10' },
      kills: { type: 'string', default: '12' },
      outage: { type: 'string', default: '180' },
      grace: { type: 'string', default: '180' },
      instance: { type: 'string', default: 'faults' },
      json: { type: 'string' },
    },
  });
  const unknown = [...positionals, ...values.without].filter((name) => !runs.some((run) => run.name === name));
  if (unknown.length > 0) throw new Error(`There is no run ${unknown.join(', no ')}.`);
  const chosen = positionals.length > 0 ? positionals : runs.map(({ name }) => name);
  const number = (name: 'orders' | 'per-second' | 'rounds' | 'kills' | 'outage' | 'grace') =>
    wholeNumber(`--${name}`, values[name], 100_000);
  return {
    names: chosen.filter((name) => !values.without.includes(name)),
    orders: number('orders'),
    perSecond: number('per-second'),
    rounds: number('rounds'),
    kills: number('kills'),
    outageMs: 1_000 * number('outage'),
    graceMs: 1_000 * number('grace'),
    instance: values.instance,
    json: values.json,
  };
}
