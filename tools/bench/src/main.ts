// `npm run bench`: what an order costs, and how many a second there can be, beside the usual design and the raw limits.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { elapsedReport, program, type Verdict } from '@waybill/kit';
import { withoutObservers } from '@waybill/stack';
import { ablation } from './ablation.ts';
import { cost } from './cost.ts';
import { endToEnd } from './end-to-end.ts';
import { growth } from './growth/growth.ts';
import { LAYERS, measureLayers } from './layers/measure-layers.ts';
import { machineNow } from './machine/about.ts';
import { printLayers, printRounds } from './report/print.ts';
import { bestSpin, nothingYet, type Results } from './report/results.ts';
import { pidsNow, startServers } from './systems/servers.ts';
import { traced } from './traced.ts';
import { watched } from './watched.ts';

const PARTS: readonly string[] = ['end-to-end', 'cost', ...LAYERS, 'ablation', 'growth', 'traced', 'watched'];

/** Each has one question, and writes its result as every tool's test does. */
const AS_SUITES = ['cost', 'traced', 'watched'];
/** They measure what the other parts leave out: who looks on. */
const WITH_OBSERVERS = ['traced', 'watched'];

/** A full run begins nothing optional after that. */
const NOTHING_MORE_AFTER_MS = 21 * 60_000;

const HELP = `npm run bench -- [--quick] [--only PART] [--json FILE]

Starts a copy of everything (the instance "bench"), measures, and removes it. One that runs already is used, and stays.
Waybill and two variants of the usual design (tools/bench/src/usual-design) take turns on the same servers, with the same
provider, mail server and clients. Each layer is measured beside its raw limit, and with one choice switched off at a time.

  --quick       fewer and shorter rounds, colder systems and no ablation: about 4 minutes instead of 25
  --only PART   ${PARTS.join(', ')}
                cost: statements and commits of each order, refused above a limit; a part of \`npm test\`
                ablation: whole journeys, with one choice switched off at a time
                growth: the same load with millions of rows, and more. It takes some ten minutes, and only --only runs it
                traced: what traces and the live feed cost; only --only runs it
                watched: what it costs that a browser has the console's map open; only --only runs it
  --instance NAME  another instance
  --json FILE   all that was measured, each round by itself, written after each part.
                \`node tools/bench/src/write-page.ts FILE...\` makes docs/performance.md of one or several

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
  return only !== undefined && AS_SUITES.includes(only) ? { quick, only, instance, json } : { quick, only, instance, file: json };
}

async function run({ quick, only, instance, file }: Options, signal: AbortSignal): Promise<number | Verdict> {
  const report = elapsedReport();
  const until = performance.now() + NOTHING_MORE_AFTER_MS;
  const collected = nothingYet(machineNow(), quick);
  const servers = await startServers(
    instance,
    only !== undefined && WITH_OBSERVERS.includes(only) ? undefined : withoutObservers,
    report,
    signal,
  );
  if (only === 'cost') return cost(servers, report, signal).finally(() => servers.end());
  if (only === 'traced') return traced(servers, { quick, report, signal }).finally(() => servers.end());
  if (only === 'watched') return watched(servers, { quick, report, signal }).finally(() => servers.end());
  const around = { quick, report, signal, collected };
  const parts: readonly (readonly [name: string, wanted: boolean, measure: () => Promise<void>])[] = [
    ['end-to-end', isWanted(only, ['end-to-end']), () => endToEnd(servers, around)],
    [
      'layers',
      isWanted(only, LAYERS),
      () => measureLayers(servers, { only, rounds: quick ? 1 : 3, report, signal, measured: collected.layers }),
    ],
    [
      'ablation',
      only === 'ablation' || (only === undefined && !quick),
      // The layers have stopped replicas and started them again.
      async () => ablation({ ...servers, pids: await pidsNow(instance) }, { ...around, until }),
    ],
    // It leaves databases that are large.
    ['growth', only === 'growth', () => growth(servers, around)],
  ];
  try {
    for (const [part, wanted, measure] of parts) {
      if (!wanted) continue;
      report(`measuring: ${part}`);
      try {
        await measure();
      } catch (error) {
        signal.throwIfAborted();
        const { message, stack = message } = error as Error;
        report(`${part} has failed: ${stack}`);
        collected.failures.push({ part, reason: message });
      } finally {
        // A part that was broken off has measured something, too.
        if (file !== undefined) writeFileSync(file, JSON.stringify(collected, null, 2));
      }
    }
  } finally {
    await servers.end();
  }
  print(collected);
  const rounds = [...collected.rounds, ...collected.ablation, ...collected.growth];
  return collected.failures.length > 0 || rounds.some(({ lost }) => lost > 0) ? 1 : 0;
}

function isWanted(only: string | undefined, names: readonly string[]): boolean {
  return only === undefined || names.includes(only);
}

function print(results: Results): void {
  const { rounds, layers, ablation, growth } = results;
  if (layers.length > 0) printLayers(results);
  for (const some of [rounds, ablation, growth]) if (some.length > 0) printRounds(some, bestSpin(results));
}
