import { parseArgs } from 'node:util';
import { type Kind, type Incident } from './incident.ts';
import { incidentAt, KINDS } from './kinds.ts';

export const HELP = `npm run drill -- VERB
The system runs under load on a stack of its own, and breaks somewhere. You say what is wrong and where, from boards, logs, traces,
alerts and the console: docs/learn/drills.md.
  start [--seed N]                  starts it; something breaks within a minute
  kinds                             what may be wrong, and where: the words of answers
  answer --what KIND --where PLACE  is graded
  reveal                            what it is, where it shows, and the seed
  stop                              ends it, and leaves nothing
  verify [KIND ..] [--everywhere]   for authors: each kind shows what its grading says that it shows; --json FILE`;

const VERBS = ['start', 'kinds', 'answer', 'reveal', 'stop', 'verify'] as const;

export interface Options {
  readonly verb: (typeof VERBS)[number];
  readonly seed: number | undefined;
  readonly what: string;
  readonly where: string;
  readonly incidents: readonly Incident[];
  readonly json: string | undefined;
}

/** Reads the command line. Throws an error with a sentence for the person who typed it. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      what: { type: 'string', default: '' },
      where: { type: 'string', default: '' },
      everywhere: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const [word = 'nothing', ...names] = positionals;
  const verb = VERBS.find((each) => each === word);
  if (!verb) throw new Error(positionals.length === 0 ? 'Say what to do.' : `There is no verb ${word}.`);
  if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed)) throw new Error(`--seed ${values.seed}: give a whole number.`);
  if (verb === 'answer') refuseUnknown(values.what, values.where);
  const kinds = names.length > 0 ? names.map(kindNamed) : KINDS;
  const placesOf = ({ places }: Kind) => (values.everywhere ? places : places.slice(0, 1));
  return {
    verb,
    seed: values.seed === undefined ? undefined : Number(values.seed),
    what: values.what,
    where: values.where,
    incidents: kinds.flatMap((kind) => placesOf(kind).map((place) => incidentAt(kind, place))),
    json: values.json,
  };
}

function refuseUnknown(what: string, where: string): void {
  kindNamed(what);
  if (!KINDS.some(({ places }) => places.includes(where)))
    throw new Error(`--where ${where}: no such place. \`npm run drill -- kinds\` lists them.`);
}

function kindNamed(name: string): Kind {
  const kind = KINDS.find((each) => each.name === name);
  if (!kind) throw new Error(`There is no kind ${name || 'without a name'}. \`npm run drill -- kinds\` lists them.`);
  return kind;
}
