import { posix } from 'node:path';
import type { SourceFile } from './check.ts';

/** What each lesson has, in this order. */
const SECTIONS = [
  'The story',
  'What breaks without it',
  'The code',
  'The test',
  'The price',
  'When not to use it',
  'What others do',
  'In the console meanwhile',
  'Three questions',
];

/** The commands that show a thing with numbers where nothing can be taken away. */
const SHOWN_BY = ['alerts', 'bench', 'compare-balancers', 'compare-queues', 'demo', 'essay', 'faults', 'mutants', 'test:logs'];
/** What a lesson says whose concept is no guarantee. */
const NOTHING_TAKEN = 'Nothing is taken away here:';
/** Of commands that write what they have printed into a page. */
const PAGES: Readonly<Record<string, string>> = { bench: 'docs/performance.md', 'compare-balancers': 'docs/which-balancer.md' };

/** What the check reads beside the lessons. */
export interface AroundLessons {
  /** docs/learn/README.md. */
  readonly contents: string;
  /** What the commands have printed: docs/learn/measured/LESSON.txt, and the pages that a command writes. */
  readonly records: readonly SourceFile[];
  /** What `npm run without` can take away. */
  readonly guarantees: readonly string[];
  /** The kinds of damage, by their words in a record. */
  readonly damages: readonly string[];
}

/** What a lesson of docs/learn lacks, and lessons that their table of contents does not name. */
export function lessonProblems(lessons: readonly SourceFile[], around: AroundLessons): string[] {
  if (lessons.length === 0) return ['there are no lessons in docs/learn'];
  const taken = lessons.flatMap(({ text }) => guaranteeOf(commandOf(text)) ?? []);
  const missed = around.guarantees.filter((name) => !taken.includes(name));
  return [
    ...lessons.flatMap((lesson) => [...shapeProblems(lesson, around), ...commandProblems(lesson, around)]),
    ...missed.map((name) => `npm run without -- ${name}: no lesson tells what it does`),
    ...damageProblems(around),
  ];
}

function shapeProblems({ path, text }: SourceFile, { contents }: AroundLessons): string[] {
  const found = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);
  const [, questions = ''] = text.split('\n## Three questions\n');
  const name = posix.basename(path);
  const row = contents.split('\n').find((line) => line.includes(`](${name})`));
  return [
    ...(found.join() === SECTIONS.join() ? [] : [`${path}: its sections are not ${SECTIONS.join(', ')}`]),
    ...(questions.match(/^\d\. /gm)?.length === 3 && questions.match(/<details>/g)?.length === 3
      ? []
      : [`${path}: it does not have three questions, each with its answer in <details>`]),
    ...(row === undefined ? [`${path}: docs/learn/README.md does not name it`] : []),
    ...(row !== undefined && !row.includes(`\`${commandOf(text)}\``)
      ? [`${path}: docs/learn/README.md does not have its command beside it: ${commandOf(text)}`]
      : []),
  ];
}

/** A lesson has one command, which was run, and no figure that the command did not print. */
function commandProblems({ path, text }: SourceFile, { records, guarantees }: AroundLessons): string[] {
  const section = damageSection(text);
  const command = commandOf(text);
  if (command === undefined) return [`${path}: "What breaks without it" is not to have one command, npm run ...`];
  const guarantee = guaranteeOf(command);
  const tool = /^npm run (\S+)/.exec(command)![1]!;
  const figures = figuresOf(section);
  const file = PAGES[tool] ?? `docs/learn/measured/${posix.basename(path, '.md')}.txt`;
  const record = records.find((each) => each.path === file);
  if (guarantee !== undefined && !guarantees.includes(guarantee)) return [`${path}: npm run without does not know ${guarantee}`];
  return [
    ...(guarantee !== undefined || SHOWN_BY.includes(tool) ? [] : [`${path}: ${command} shows nothing with numbers`]),
    ...(guarantee !== undefined || section.includes(NOTHING_TAKEN) ? [] : [`${path}: it does not say "${NOTHING_TAKEN}"`]),
    ...(figures.length === 0 ? [`${path}: "What breaks without it" has no table with figures`] : []),
    ...(record === undefined ? [`${path}: ${file} is missing: what its command has printed`] : []),
    ...(record !== undefined && !(tool in PAGES) && !record.text.startsWith(`$ ${command}\n`)
      ? [`${file} does not begin with "$ ${command}"`]
      : []),
    ...(record === undefined ? [] : notIn(record, figures).map((figure) => `${path}: ${file} has no ${figure}`)),
  ];
}

/** The table of all damage says what the records say. */
function damageProblems({ contents, records, damages }: AroundLessons): string[] {
  const rows = contents.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const heading = rows.find((cells) => cells[1] === 'guarantee off') ?? [];
  const off = records.flatMap(({ path, text }) => {
    const guarantee = guaranteeOf(/^\$ (.+)$/m.exec(text)?.[1]);
    return guarantee === undefined ? [] : [{ path, guarantee, counts: countsIn(text, damages) }];
  });
  return off.flatMap(({ path, guarantee, counts }) => {
    const row = rows.find((cells) => cells[1] === `\`${guarantee}\`` && heading.length === cells.length);
    if (!row) return [`docs/learn/README.md: its table "guarantee off" has no row for ${guarantee}`];
    return [...counts].flatMap(([kind, count]) => {
      const at = heading.indexOf(kind);
      const said = at < 0 ? 0 : Number(row[at]!.replaceAll(',', '') || 0);
      return said === count
        ? []
        : [`docs/learn/README.md: ${path} has ${count} ${kind} without ${guarantee}, the table says ${said}`];
    });
  });
}

/** Of a record of `npm run without`: the last column, kind by kind. A kind that the record does not know was not looked for. */
const countsIn = (record: string, damages: readonly string[]): Map<string, number> =>
  new Map(
    [...record.matchAll(/^ *([a-z ]+?) {2,}\d+ +(\d+)$/gm)]
      .map(([, kind, count]) => [kind === 'sent' ? 'orders' : kind!, Number(count)] as const)
      .filter(([kind]) => kind === 'orders' || damages.includes(kind)),
  );

const damageSection = (text: string): string => text.split('\n## What breaks without it\n')[1]?.split('\n## ')[0] ?? '';

/** The one command of the section, if it has one. */
function commandOf(text: string): string | undefined {
  const blocks = [...damageSection(text).matchAll(/^```(?:sh[^\n]*)?\n([^]*?)^```/gm)].map(([, block]) => block!.trim());
  return blocks.length === 1 && /^npm run [^\n]+$/.test(blocks[0]!) ? blocks[0] : undefined;
}

const guaranteeOf = (command: string | undefined) => /^npm run without -- (\S+)$/.exec(command ?? '')?.[1];

const FIGURE = /\d[\d,]*(?:\.\d+)?/g;

/** The numbers of a section's tables, without their first column: those are words. */
const figuresOf = (section: string): string[] =>
  section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.split('|').slice(2))
    .flatMap((cell) => cell.match(FIGURE) ?? []);

function notIn({ text }: SourceFile, figures: readonly string[]): string[] {
  const printed = new Set(text.match(FIGURE)?.map(plain));
  return [...new Set(figures)].filter((figure) => !printed.has(plain(figure)));
}

const plain = (figure: string) => figure.replaceAll(',', '');
