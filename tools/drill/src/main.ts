// `npm run drill`: something breaks, and the learner says what and where.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { elapsedReport, program, table, type Verdict, verdictOn } from '@waybill/kit';
import { down, instanceOf, overviewOf, printOverview, status, up } from '@waybill/stack';
import { shownBy } from './evidence.ts';
import { endGame, type Game, graded, INSTANCE, readGame, writeGame } from './game.ts';
import type { Incident } from './incident.ts';
import { drawn, KINDS } from './kinds.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { verify } from './verify.ts';

const MOST_SEEDS = 1_000_000_000;

await program({ name: 'drills', help: HELP, read: readOptions, run });

async function run(options: Options, signal: AbortSignal): Promise<number | Verdict> {
  switch (options.verb) {
    case 'kinds':
      console.log(table([['what', 'where', ''], ...KINDS.map(({ name, what, places }) => [name, places.join(' '), what])], ''));
      return 0;
    case 'start':
      return started(options.seed ?? randomInt(MOST_SEEDS), signal);
    case 'answer':
      return answered(underWay(), options);
    case 'reveal':
      return revealed(underWay());
    case 'stop':
      endGame();
      await down({ instance: INSTANCE, purge: true });
      return 0;
    case 'verify':
      return verified(options.incidents, signal);
  }
}

function underWay(): Game {
  const game = readGame();
  if (!game) throw new Error('No drill is under way: `npm run drill -- start` begins one.');
  if (game.failed !== undefined)
    throw new Error(`Nothing could be broken: ${game.failed}. \`npm run drill -- stop\`, and start again.`);
  return game;
}

async function started(seed: number, signal: AbortSignal): Promise<number> {
  if (readGame()) throw new Error('A drill is under way already: `npm run drill -- stop` ends it.');
  await up({ instance: INSTANCE, signal });
  writeGame({ seed, answers: 0 });
  const log = openSync(instanceOf(INSTANCE).paths.of('game.log'), 'a');
  // It outlives this command, and ends when the game is over.
  spawn(process.execPath, [fileURLToPath(new URL('run.ts', import.meta.url))], {
    detached: true,
    stdio: ['ignore', log, log],
  }).unref();
  closeSync(log);
  await printOverview(overviewOf(await status(INSTANCE)));
  console.log(`
Orders come. Look at what is normal: something breaks within a minute.
  npm run drill -- kinds                             what may be wrong, and where
  npm run drill -- answer --what KIND --where PLACE
  npm run drill -- stop                              ends it`);
  return 0;
}

function answered(game: Game, answer: Options): number {
  if (game.brokenAt === undefined) {
    console.log('Nothing is broken yet. This answer does not count.');
    return 1;
  }
  const nth = game.answers + 1;
  writeGame({ ...game, answers: nth });
  const incident = drawn(game.seed);
  const { right, says, points } = graded(incident, answer, nth);
  console.log(says);
  if (!right) return 1;
  const minutes = ((Date.now() - Date.parse(game.brokenAt)) / 60_000).toFixed(1);
  console.log(
    `${points} of 10 points, ${minutes} min after it broke, with ${nth === 1 ? 'the first answer' : `answer ${nth}`}.\n\n${evidenceOf(incident)}`,
  );
  return 0;
}

function revealed({ seed, brokenAt }: Game): number {
  const incident = drawn(seed);
  console.log(
    `${incident.kind} at ${incident.place}${brokenAt ? '' : ', in a moment'}. The seed is ${seed}.\n\n${evidenceOf(incident)}`,
  );
  return 0;
}

function evidenceOf({ evidence }: Incident): string {
  return `It shows in\n${shownBy(evidence)
    .map((line) => `  - ${line}`)
    .join('\n')}`;
}

async function verified(incidents: readonly Incident[], signal: AbortSignal): Promise<Verdict> {
  const results = await verify(incidents, elapsedReport(), signal);
  console.log(
    table([
      ['incident', 'seconds', ''],
      ...results.map(({ incident, seconds, problem }) => [incident, Math.round(seconds), problem ?? 'seen']),
    ]),
  );
  return verdictOn(results, ({ incident, problem }) => problem && `${incident}: ${problem}`, {
    note: 'each shows what its grading says',
    details: results,
  });
}
