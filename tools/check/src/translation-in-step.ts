import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { SourceFile } from './check.ts';
import { anchorsIn } from './dead-links.ts';

/** The page that a translation beside it is of: X.md of X.zh-CN.md. */
const TRANSLATION = /\.zh-CN\.md$/;
const translationOf = (path: string) => path.replace(/\.md$/, '.zh-CN.md');

/** What somebody learns or copies from is there in both languages. */
const TRANSLATED = /^docs\/(learn|copy)\/|^docs\/(essay|which-[\w-]+)\.md$|^examples\/[\w-]+\/README\.md$/;

/** Every translation that is missing, or not in step with the page beside it. */
export const allTranslationProblems = (pages: readonly SourceFile[]): string[] => [
  ...pages
    .filter(({ path }) => TRANSLATION.test(path))
    .flatMap((translation) => {
      const original = pages.find(({ path }) => path === translation.path.replace(TRANSLATION, '.md'));
      return original ? translationProblems(original, translation, pages) : [`${translation.path} translates no page beside it`];
    }),
  ...pages
    .filter(({ path }) => TRANSLATED.test(path) && !TRANSLATION.test(path))
    .filter(({ path }) => !pages.some((page) => page.path === translationOf(path)))
    .map(({ path }) => `${path} has no translation: ${translationOf(path)} is missing`),
];

/**
 * Where a translation is not in step with its original: it must name the version that it translates, and have the same
 * headings, code blocks and links. Its links lead to the translations that there are among `pages`. Its words are a person's job.
 */
export function translationProblems(original: SourceFile, translation: SourceFile, pages: readonly SourceFile[]): string[] {
  const about = `${translation.path} is not in step with ${original.path}:`;
  const version = versionOf(original.text);
  const marker = `<!-- translates ${original.path} ${version} -->`;
  const difference = (what: string, wanted: readonly string[], found: readonly string[]) => {
    const first = firstDifference(wanted, found);
    return first === undefined ? [] : [`${about} ${what} differ, the first at ${first}`];
  };
  const same = (what: string, read: (markdown: string) => string[]) =>
    difference(what, read(original.text), read(translation.text));
  return [
    ...(translation.text.includes(marker)
      ? []
      : [`${about} translate what has changed, then put \`${marker}\` at its end in place of the marker there`]),
    ...same('its headings', headingLevels),
    ...same('its code blocks', codeBlocks),
    ...same('the code within its sentences', inlineCode),
    ...difference('the targets of its links', translatedLinks(original, pages), linksIn(translation)),
  ];
}

/** Changes with every change of the text. The line that a link leads to is no text: the same number stands in the translation's link. */
export const versionOf = (text: string): string =>
  createHash('sha256')
    .update(text.replaceAll(/#L\d+\)/g, '#L)'))
    .digest('hex')
    .slice(0, 12);

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

/** In no order, and without the link to the same page in the other language. */
function linksIn({ path, text }: SourceFile): string[] {
  const name = posix.basename(path).replace(TRANSLATION, '.md');
  return matches(prose(text), /\]\(([^()\s]+)\)/g)
    .filter((target) => target !== name && target !== translationOf(name))
    .sort();
}

/** Where the links of a page lead in its translation: to translations, and there to the heading at the same place. */
function translatedLinks(original: SourceFile, pages: readonly SourceFile[]): string[] {
  const pageAt = (path: string) => pages.find((page) => page.path === path);
  const translated = (link: string) => {
    const [target = '', anchor] = link.split('#');
    const path = target === '' ? original.path : posix.join(posix.dirname(original.path), target);
    const [page, translation] = path.endsWith('.md') ? [pageAt(path), pageAt(translationOf(path))] : [];
    if (!page || !translation) return link;
    const there = target === '' ? '' : translationOf(target);
    return anchor === undefined ? there : `${there}#${anchorsIn(translation.text)[anchorsIn(page.text).indexOf(anchor)]}`;
  };
  return linksIn(original).map(translated).sort();
}
