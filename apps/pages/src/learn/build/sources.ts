// Runs when the pages are built: it reads the documents of the repository.
import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Language } from '../../shared/language.ts';

export interface Document {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every document: those of docs, and those at the root and beside code, which links lead to. */
export const documentsIn = (root: string): Document[] =>
  globSync(['*.md', 'docs/**/*.md', '{apps,libs,tools,examples}/**/*.md'], {
    cwd: root,
    exclude: (name) => ['node_modules', 'dist', 'template'].includes(posix.basename(name)),
  })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const CHINESE = /\.zh-CN\.md$/;
export const languageOf = (path: string): Language => (CHINESE.test(path) ? 'zh' : 'en');
export const chineseOf = (path: string): string => path.replace(/(\.zh-CN)?\.md$/, '.zh-CN.md');
export const englishOf = (path: string): string => path.replace(CHINESE, '.md');

/** Where the site has a picture. */
export const pictureAddress = (path: string): string => `/learn/${path.replace(/^docs\//, '')}`;

/** Where the site has a document or a file: docs/edge.md is /learn/edge.html, and what is not in docs is below /learn/project. */
export function addressOf(path: string): string {
  const place = path.startsWith('docs/') ? path.slice('docs/'.length) : `project/${path}`;
  if (place === 'README.md') return '/learn/';
  const page = place.replace(/(^|\/)README(\.zh-CN)?\.md$/, '$1index$2.html').replace(/\.md$/, '.html');
  return `/learn/${/\.html$/.test(page) && /\.md$/.test(place) ? page : `${page}.html`}`;
}
