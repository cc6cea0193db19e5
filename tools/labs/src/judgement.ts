import { basename } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { isLive, type JestReport, packageOf, testsNamed } from '@waybill/kit';
import type { Lab, Wrong } from './labs.ts';

/** Of what jest says of a red test. */
const LINES_OF_JEST = 14;
const NAMES_SHOWN = 3;

/** Something that is wrong still: the full names of its red tests, and what jest says of the first. */
interface StillWrong extends Wrong {
  readonly red: readonly string[];
  readonly words: string;
}

/** What is still wrong in a lab. */
export interface Judgement {
  /** Of the lab's own tests. */
  readonly wrong: readonly StillWrong[];
  /** Other tests of its specs that are red: broken while the lab was being solved. By full name. */
  readonly others: readonly string[];
  /** Something that keeps the tests from telling, in a sentence. */
  readonly hindrance?: string;
}

export const isRight = ({ wrong, others, hindrance }: Judgement) =>
  wrong.length === 0 && others.length === 0 && hindrance === undefined;

/** What the reports of a lab's specs mean. */
export function judged(lab: Lab, reports: ReadonlyMap<string, JestReport | undefined>): Judgement {
  const silent = [...reports].filter(
    ([, report]) => !report?.testResults.some(({ assertionResults }) => assertionResults.length > 0),
  );
  if (silent.length > 0)
    return { wrong: [], others: [], hindrance: `No test of ${silent[0]![0]} ran: the code does not load, or hangs.` };
  const failed = [...reports].flatMap(([spec, report]) => testsNamed(report!, { spec, test: '' }).failed);
  const wrong = lab.wrong.flatMap((each) => {
    const red = failed.filter((name) => each.tests.some((words) => name.includes(words)));
    return red.length > 0 ? [{ ...each, red, words: wordsOfJest(reports.get(each.spec)!, red[0]!) }] : [];
  });
  return { wrong, others: failed.filter((name) => !wrong.some(({ red }) => red.includes(name))) };
}

/** Without its colours and its stack. */
function wordsOfJest({ testResults }: JestReport, test: string): string {
  const found = testResults.flatMap(({ assertionResults }) => assertionResults).find(({ fullName }) => fullName === test);
  const lines = stripVTControlCharacters(found?.failureMessages?.[0] ?? '').split('\n');
  return lines
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, LINES_OF_JEST)
    .join('\n    ');
}

/** What the learner reads. `hint` is shown below what is wrong. */
export function told({ wrong, others, hindrance }: Judgement, lab: Lab, hint?: string): string {
  if (hindrance !== undefined) return `Not yet. ${hindrance}`;
  const left = wrong.length + others.length === 1 ? 'one thing is' : `${wrong.length + others.length} things are`;
  return [
    `Not yet: ${left} wrong.`,
    ...wrong.map(({ spec, says, red, words }) => {
      const more = red.length > NAMES_SHOWN ? [`and ${red.length - NAMES_SHOWN} more`] : [];
      const names = [...red.slice(0, NAMES_SHOWN).map((name) => `"${name}"`), ...more].join('\n    ');
      return `\n  ${says}\n    ${names}\n    in ${spec}${words ? `\n\n    ${words}` : ''}`;
    }),
    ...others.map((name) => `\n  Something that was right before is broken.\n    the test "${name}"`),
    ...(hint === undefined ? [] : [`\nA hint: ${hint}`]),
    `\nThe task is in docs/learn/labs/${lab.name}.md.${alone(lab)}`,
  ].join('\n');
}

/** How to run the lab's spec without this tool, where no server is needed. */
function alone({ wrong: [first] }: Lab): string {
  if (!first || isLive(first)) return '';
  const name = basename(first.spec, '.spec.ts');
  return ` The spec alone, in the copy: cd ${packageOf(first.spec)}; node ../../tools/jest.mjs ${name}`;
}
