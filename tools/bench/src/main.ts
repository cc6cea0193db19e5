// `npm run bench`: what an order costs, and how many a second there can be, beside the usual design and the raw limits.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { elapsedReport, program, type Verdict } from '@waybill/kit';
import { withoutObservers } from '@waybill/stack';
import { cost } from './cost.ts';
import { endToEnd } from './end-to-end.ts';
import { LAYERS, measureLayers } from './layers/measure-layers.ts';
import { machineNow } from './machine/about.ts';
import { printLayers, printRounds } from './report/print.ts';
import type { Results } from './report/results.ts';
import { startServers } from './systems/servers.ts';

const PARTS = ['end-to-end', 'cost', ...LAYERS];

const HELP = `npm run bench -- [--quick] [--only PART] [--json FILE]

Starts a copy of everything (the instance "bench"), measures, and removes it. One that runs already is used, and stays.
Waybill and two variants of the usual design (tools/bench/src/usual-design) take turns on the same servers, with the same
provider, mail server and clients. Each layer is measured beside its raw limit, and with one choice switched off at a time.

  --quick       fewer and shorter rounds: about 3 minutes instead of 25
  --only PART   ${PARTS.join(', ')}
                cost: statements and commits of each order, refused above a limit; a part of \`npm test\`
  --instance NAME  another instance
  --json FILE   all that was measured, each round by itself; \`node tools/bench/src/write-page.ts FILE\` makes
                docs/performance.md of it

A figure is that of one machine at one time. Compare ratios, which come from the same run.`;

await program({ name: 'bench', help: HELP, read: readOptions, run });
// What was broken off may still hold connections to servers that are gone.
process.exit();

interface Options {
  readonly quick: boolean;
  readonly only: string | undefined;
  readonly instance: string;
  /** Where the suite of a test goes. */
  readonly json?: string | undefined;
  /** Where all that was measured goes. */
  readonly file?: string | undefined;
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      instance: { type: 'string', default: 'bench' },
      json: { type: 'string' },
    },
  });
  if (values.only !== undefined && !PARTS.includes(values.only))
    throw new Error(`There is no part "${values.only}": choose from ${PARTS.join(', ')}.`);
  const { quick, only, instance, json } = values;
  // The suite of a test is written as every tool's; all else is the bench's own.
  return only === 'cost' ? { quick, only, instance, json } : { quick, only, instance, file: json };
}

async function run({ quick, only, instance, file }: Options, signal: AbortSignal): Promise<number | Verdict> {
  const report = elapsedReport();
  const machine = machineNow();
  const servers = await startServers(instance, withoutObservers, report, signal);
  if (only === 'cost') return cost(servers, report, signal).finally(() => servers.end());
  let results: Results;
  try {
    const layers = only === 'end-to-end' ? [] : await measureLayers(servers, { only, rounds: quick ? 1 : 5, report, signal });
    const rounds = only === undefined || only === 'end-to-end' ? await endToEnd(servers, { quick, report, signal }) : [];
    results = { machine, quick, layers, rounds };
  } finally {
    await servers.end();
  }
  if (results.layers.length > 0) printLayers(results);
  if (results.rounds.length > 0) printRounds(results);
  if (file !== undefined) writeFileSync(file, JSON.stringify(results, null, 2));
  return results.rounds.some(({ lost }) => lost > 0) ? 1 : 0;
}
