import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LABS_FOLDER } from './lab-copy.ts';
import { LABS, type Lab, needsServers } from './labs.ts';

export const HELP = `npm run lab [-- VERB NAME]
Something of Waybill is broken, in a copy beside your clone, and you mend it. Each lab has a page: docs/learn/labs.
  start NAME       makes the copy, and says what is wrong in it
  check NAME       says what is still wrong; starts the servers that it needs, and ends them
  hint NAME        the next hint
  solution NAME    how Waybill does it, as a patch
  reset NAME       back to the beginning
  remove NAME      takes the copy away
  verify [NAME ..] for authors: starts, checks and solves each lab; --pure only those without servers
Options: --in FOLDER for the copies (default ${LABS_FOLDER}), --json FILE of verify.

${LABS.map((lab) => `  ${lab.name.padEnd(28)}${lab.minutes.join(' to ')} min${needsServers(lab) ? ', servers' : ''}  ${lab.task}`).join('\n')}`;

const VERBS = ['list', 'start', 'check', 'hint', 'solution', 'reset', 'remove', 'verify'] as const;

export interface Options {
  readonly verb: (typeof VERBS)[number];
  readonly labs: readonly Lab[];
  readonly folder: string;
  readonly json: string | undefined;
}

/** Reads the command line. Throws an error with a sentence for the person who typed it. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      in: { type: 'string', default: LABS_FOLDER },
      pure: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const [word = 'list', ...names] = positionals;
  const verb = VERBS.find((each) => each === word);
  if (!verb) throw new Error(`There is no verb ${word}.`);
  const labs = names.map(labNamed);
  if (verb !== 'list' && verb !== 'verify' && labs.length !== 1) throw new Error(`Say which lab: ${verb} NAME.`);
  const all = LABS.filter((lab) => !values.pure || !needsServers(lab));
  return { verb, labs: labs.length > 0 ? labs : all, folder: resolve(values.in), json: values.json };
}

function labNamed(name: string): Lab {
  const lab = LABS.find((each) => each.name === name);
  if (!lab) throw new Error(`There is no lab ${name}.`);
  return lab;
}
