import { createHash } from 'node:crypto';
import type { SourceFile } from './check.ts';

/**
 * Where a translation is not in step with its original: it must name the version that it translates, and have the same
 * headings, code blocks and links. Its words are a person's job.
 */
export function translationProblems(original: SourceFile, translation: SourceFile): string[] {
  const about = `${translation.path} is not in step with ${original.path}:`;
  const version = versionOf(original.text);
  const marker = `<!-- translates ${original.path} ${version} -->`;
  const differences = [
    [headingLevels, 'its headings'],
    [codeBlocks, 'its code blocks'],
    [inlineCode, 'the code within its sentences'],
    [links, 'the targets of its links'],
  ] as const;
  return [
    ...(translation.text.includes(marker)
      ? []
      : [`${about} translate what has changed, then put \`${marker}\` at its end in place of the marker there`]),
    ...differences.flatMap(([read, what]) => {
      const first = firstDifference(read(original.text, translation.path), read(translation.text, original.path));
      return first === undefined ? [] : [`${about} ${what} differ, the first at ${first}`];
    }),
  ];
}

/** Changes with every change of the text. */
export const versionOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

function firstDifference(wanted: readonly string[], found: readonly string[]): string | undefined {
  const at = Array.from({ length: Math.max(wanted.length, found.length) }, (_, index) => index).find(
    (index) => wanted[index] !== found[index],
  );
  return at === undefined ? undefined : `${quoted(wanted[at])}, there ${quoted(found[at])}`;
}

const quoted = (text: string | undefined) => (text === undefined ? 'nothing' : JSON.stringify(text.slice(0, 100)));

const prose = (markdown: string) => markdown.replaceAll(/^```[^]*?^```/gm, '');
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]!);

const headingLevels = (markdown: string) => matches(prose(markdown), /^(#+) /gm);

/** Labels of a diagram are words; what is typed and what a program answers is not. */
const codeBlocks = (markdown: string) => matches(markdown, /^(```(?!mermaid)[^]*?^```)/gm);

/** In no order: another language puts its words in another one. */
const inlineCode = (markdown: string) => matches(prose(markdown), /`([^`\n]+)`/g).sort();

/** Each page links to the other one. */
const links = (markdown: string, otherPage: string) =>
  matches(prose(markdown), /\]\(([^()\s]+)\)/g)
    .filter((target) => target !== otherPage)
    .sort();
