import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Language } from '../../shared/language.ts';
import type { Part } from '../terms.ts';
import { en } from '../words.en.ts';
import { contentsOf, contentsPath, deadEntries, type Section } from './contents.ts';
import { escaped, highlightedLines, languageFor } from './highlight.ts';
import { anchorsIn, render, type Rendered } from './markdown.ts';
import { addressOf, chineseOf, documentsIn, englishOf, languageOf, pictureAddress } from './sources.ts';
import { type Assets, pageOf } from './template.ts';

/** Longer files are no reading. */
const LARGEST_CODE = 200_000;

/** Writes the site of the documents into a folder. Throws with every dead link. */
export function writeSite(root: string, folder: string, assets: Assets): void {
  const documents = new Map(documentsIn(root).map((document) => [document.path, document]));
  const sections = { en: contentsOf(documents, 'en'), zh: contentsOf(documents, 'zh') };
  const anchors = new Map<string, Set<string>>();
  const around = {
    documents,
    isCode: (path: string) => existsSync(join(root, path)) && statSync(join(root, path)).size < LARGEST_CODE,
    anchorsOf: (path: string) => {
      if (!anchors.has(path)) anchors.set(path, anchorsIn(documents.get(path)!.text));
      return anchors.get(path)!;
    },
  };
  const rendered = new Map([...documents.values()].map((document) => [document.path, render(document, around)]));
  const problems = [
    ...deadEntries(documents, sections.en),
    ...deadEntries(documents, sections.zh),
    ...[...rendered.values()].flatMap((one) => one.problems),
  ];
  if (problems.length > 0) throw new Error(`The site of the documents cannot be built:\n${problems.join('\n')}`);

  const fileFor = (address: string) => {
    const file = join(folder, fileOf(address));
    mkdirSync(dirname(file), { recursive: true });
    return file;
  };
  const write = (address: string, text: string) => writeFileSync(fileFor(address), text);
  for (const [path, one] of rendered) write(addressOf(path), documentPage(path, one, sections, documents, assets));
  const code = new Set([...rendered.values()].flatMap((one) => one.code));
  for (const path of code) write(addressOf(path), codePage(root, path, code, sections.en, assets));
  for (const picture of new Set([...rendered.values()].flatMap((one) => one.pictures)))
    cpSync(join(root, picture), fileFor(pictureAddress(picture)));
  writeFileSync(join(folder, 'search.json'), JSON.stringify(partsOf(rendered)));
}

/** Where nginx finds an address. */
const fileOf = (address: string) => address.replace(/^\/learn\//, '') || 'index.html';

function documentPage(
  path: string,
  { title, html, headings }: Rendered,
  sections: Readonly<Record<Language, readonly Section[]>>,
  documents: ReadonlyMap<string, unknown>,
  assets: Assets,
): string {
  const language = languageOf(path);
  const other = language === 'zh' ? englishOf(path) : chineseOf(path);
  const otherAddress = addressOf(documents.has(other) ? other : contentsPath(language === 'zh' ? 'en' : 'zh'));
  return pageOf({ path, language, title, html, headings, otherAddress }, sections[language], assets);
}

/** A file that a document quotes, its lines with the anchors of GitHub; or a folder. */
function codePage(root: string, path: string, served: ReadonlySet<string>, sections: readonly Section[], assets: Assets): string {
  const file = join(root, path);
  const isFolder = statSync(file).isDirectory();
  const html = isFolder ? folderList(root, path, served) : codeLines(path, readFileSync(file, 'utf8'));
  const about = { path, language: 'en', title: path, headings: [], otherAddress: addressOf(contentsPath('zh')) } as const;
  return pageOf({ ...about, html: `<h1>${escaped(path)}</h1>\n${html}` }, sections, assets);
}

const codeLines = (path: string, text: string) =>
  `<pre tabindex="0" class="code"><code>${highlightedLines(text, languageFor(path))
    .map((line, index) => `<span class="line" id="L${index + 1}">${line}</span>`)
    .join('')}</code></pre>\n`;

function folderList(root: string, path: string, served: ReadonlySet<string>): string {
  const names = readdirSync(join(root, path), { withFileTypes: true })
    .filter(({ name }) => !['node_modules', 'dist', 'test-results'].includes(name))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
  const items = names.map((name) => {
    const file = `${path}/${name.replace(/\/$/, '')}`;
    return `<li>${served.has(file) ? `<a href="${addressOf(file)}">${escaped(name)}</a>` : escaped(name)}</li>`;
  });
  return `<p>${en.folder}</p>\n<ul>${items.join('\n')}</ul>\n`;
}

const partsOf = (rendered: ReadonlyMap<string, Rendered>): Part[] =>
  [...rendered].flatMap(([path, { title, parts }]) =>
    parts.map(({ anchor, heading, text }) => ({
      address: addressOf(path) + (anchor && heading !== title ? `#${anchor}` : ''),
      page: title,
      heading,
      text,
    })),
  );
