import { type Block, blocksIn, commandsOf, isForAShell } from '@waybill/commands';
import type { SourceFile } from './check.ts';

/** What the check of the blocks knows beside them. */
export interface Known {
  /** The scripts of package.json. */
  readonly scripts: ReadonlySet<string>;
  /** The parts of `npm test` that run a tool, with its name: `outage` runs `faults`. */
  readonly suites: Readonly<Record<string, string>>;
  /** Files of the repository, by path: specs and programs that a suite runs. */
  readonly files: ReadonlyMap<string, string>;
}

const MARKS = 'run, covered-by=SUITE or covered-by=FILE, or by-hand="why"';

/**
 * Blocks of the documents of which nobody knows whether their commands still work. Each block says what it is. A block for a shell
 * is run by `npm run commands`, or names what else runs its commands, or says why nobody does.
 */
export function commandBlockProblems(pages: readonly SourceFile[], known: Known): string[] {
  return pages.flatMap((page) =>
    blocksIn(page).flatMap((block) => {
      const where = `${block.path}:${block.line}:`;
      if (block.language === '') return [`${where} a block that does not say what it is: sh, console (with prompts), or text`];
      if (!isForAShell(block)) return [];
      if (!block.mark) return [`${where} its commands are run by nobody: after ${block.language} write ${MARKS}`];
      return [...unknownScripts(block, known), ...unfoundedClaims(block, known)].map((problem) => `${where} ${problem}`);
    }),
  );
}

const unknownScripts = (block: Block, { scripts }: Known): string[] =>
  [
    ...commandsOf(block)
      .join('\n')
      .matchAll(/\bnpm run (?:-s )?([\w:-]+)(?![\w:-]| -w)/g),
  ]
    .map(([, name]) => name!)
    .filter((name) => !scripts.has(name))
    .map((name) => `there is no npm run ${name}`);

/** Whether what is named can have run these commands: a suite of the same tool, or a file that has each command's own words. */
function unfoundedClaims(block: Block, { suites, files }: Known): string[] {
  if (block.mark?.kind !== 'covered-by') return [];
  const { by } = block.mark;
  const file = files.get(by);
  if (file !== undefined)
    return commandsOf(block)
      .filter((command) => !wordsOf(command).some((word) => file.includes(word)))
      .map((command) => `${by} has no word of ${command}`);
  const tool = suites[by];
  if (tool === undefined) return [`${by} is no part of npm test that runs a tool, and no file`];
  return commandsOf(block)
    .filter((command) => toolOf(command) !== tool)
    .map((command) => `${by} runs ${tool}, and not ${command}`);
}

/** `npm run alerts -- --only X` is of the tool alerts, `docker compose up` of compose. */
const toolOf = (command: string): string | undefined =>
  command.startsWith('docker compose') ? 'compose' : /^npm run (?:-s )?([\w:-]+)/.exec(command)?.[1];

/** What is the command's own: neither the program that is started nor a short word. */
const wordsOf = (command: string): string[] =>
  command
    .split(/[\s"']+/)
    .map((word) => word.replace(/^-+/, ''))
    .filter((word) => word.length >= 4 && !/^(npm|run|node|stack|docker|compose|curl|exec|generate)$/.test(word));
