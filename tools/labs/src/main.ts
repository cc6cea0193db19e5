// `npm run lab`: something is broken, and the learner mends it.
import { elapsedReport, program, table, type Verdict, verdictOn } from '@waybill/kit';
import { SPEC_SERVERS, whileUp } from '@waybill/stack';
import { judge } from './judge.ts';
import { isRight, told } from './judgement.ts';
import { LabCopy } from './lab-copy.ts';
import { type Lab, LABS, needsServers } from './labs.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { verify } from './verify.ts';

/** Each second try without success shows a hint. */
const TRIES_FOR_A_HINT = 2;

await program({ name: 'labs', help: HELP, read: readOptions, run });

async function run(options: Options, signal: AbortSignal): Promise<number | Verdict> {
  const { verb, labs, folder } = options;
  const [lab] = labs;
  const opened = () => LabCopy.open(lab!, folder, signal);
  switch (verb) {
    case 'list':
      console.log(`${listed()}\n\nnpm run lab -- start NAME`);
      return 0;
    case 'verify':
      return verified(options, signal);
    case 'start':
      return started(await LabCopy.start(lab!, folder, signal));
    case 'check':
      return checked(opened(), signal);
    case 'hint':
      return hinted(opened());
    case 'solution':
      console.log(await opened().solution());
      return 0;
    case 'reset':
      await opened().reset();
      console.log('The lab is at its beginning again.');
      return 0;
    case 'remove':
      LabCopy.remove(lab!, folder);
      return 0;
  }
}

function listed(): string {
  return table([
    ['lab', 'minutes', 'needs', 'what is wrong'],
    ...LABS.map((lab) => [lab.name, lab.minutes.join(' to '), needsServers(lab) ? 'servers' : '', lab.task]),
  ]);
}

function started({ lab, folder }: LabCopy): number {
  console.log(
    `${lab.task}\n\nWork in   ${folder}\nThe page  docs/learn/labs/${lab.name}.md\nThen      npm run lab -- check ${lab.name}`,
  );
  return 0;
}

async function checked(learner: LabCopy, signal: AbortSignal): Promise<number> {
  const { lab } = learner;
  if ((await learner.changed()).length === 0) {
    console.log(`Nothing is changed yet in ${learner.folder}.`);
    return 1;
  }
  const say = elapsedReport();
  const judgement = await withServers([lab], signal, (connections) => judge(learner, { connections, say }));
  const { tries, startedAt } = learner.note({ tries: learner.notes.tries + 1 });
  if (isRight(judgement)) {
    const minutes = Math.max(1, Math.round((Date.now() - Date.parse(startedAt)) / 60_000));
    const count = tries === 1 ? 'at the first try' : `after ${tries} tries`;
    console.log(
      `\nRight, ${count}, ${minutes} min after the start. \`npm run lab -- solution ${lab.name}\` shows how Waybill does it.`,
    );
    return 0;
  }
  const hint = tries % TRIES_FOR_A_HINT === 0 ? nextHint(learner) : undefined;
  console.log(`\n${told(judgement, lab, hint)}`);
  return 1;
}

function hinted(learner: LabCopy): number {
  console.log(
    nextHint(learner) ?? `There is no further hint: \`npm run lab -- solution ${learner.lab.name}\` shows the solution.`,
  );
  return 0;
}

function nextHint(learner: LabCopy): string | undefined {
  const { hints } = learner.notes;
  learner.note({ hints: hints + 1 });
  return learner.lab.hints[hints];
}

async function verified({ labs }: Options, signal: AbortSignal): Promise<Verdict> {
  const say = elapsedReport();
  const results = await withServers(labs, signal, async (connections) => {
    const all = [];
    for (const lab of labs) {
      say(lab.name);
      const result = await verify(lab, signal, { connections, say });
      say(`${lab.name}: ${result.problem ?? 'as it should be'}`);
      all.push(result);
    }
    return all;
  });
  console.log(
    table([
      ['lab', 'seconds', ''],
      ...results.map(({ lab, seconds, problem }) => [lab, Math.round(seconds), problem ?? 'as it should be']),
    ]),
  );
  return verdictOn(results, ({ lab, problem }) => problem && `${lab}: ${problem}`, {
    note: 'each says what is wrong, and is right when it is solved',
    details: results,
  });
}

/** Works with the servers of the live specs, if a lab needs them. */
function withServers<T>(labs: readonly Lab[], signal: AbortSignal, work: (connections?: string) => Promise<T>): Promise<T> {
  return labs.some(needsServers) ? whileUp({ ...SPEC_SERVERS, signal }, work) : work();
}
