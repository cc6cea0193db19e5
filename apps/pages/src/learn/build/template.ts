import { type Language, NAMES, tagOf } from '../../shared/language.ts';
import { sayIn } from '../../shared/words.ts';
import { en } from '../words.en.ts';
import { zh } from '../words.zh.ts';
import { contentsPath, type Entry, flat, type Section } from './contents.ts';
import { escaped } from './highlight.ts';
import type { Heading } from './markdown.ts';
import { addressOf } from './sources.ts';

/** The script and the style sheets of every page, as Vite has named them. */
export interface Assets {
  readonly script: string;
  readonly styles: readonly string[];
}

export interface Page {
  readonly path: string;
  readonly language: Language;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  /** The same page in the other language, or what there is in it. */
  readonly otherAddress: string;
}

/** A whole page. It has no script and no style in itself: the policy of the pages lets none stand there. */
export function pageOf(page: Page, sections: readonly Section[], assets: Assets): string {
  const { language, path } = page;
  const say = sayIn(language === 'zh' ? zh : en);
  const other = language === 'zh' ? 'en' : 'zh';
  const home = addressOf(contentsPath(language));
  const entries = flat(sections);
  const at = entries.findIndex((entry) => entry.path === path);
  const neighbour = (entry: Entry | undefined, rel: 'prev' | 'next') =>
    entry
      ? `<a rel="${rel}" href="${addressOf(entry.path)}">${say(rel === 'prev' ? 'previous' : 'next')}: ${escaped(entry.label)}</a>`
      : '<span></span>';
  const link = ({ path: to, label, below }: Entry): string =>
    `<li><a href="${addressOf(to)}"${to === path ? ' aria-current="page"' : ''}>${escaped(label)}</a>${isOpen(below, to, path) ? `<ul>${below.map(link).join('')}</ul>` : ''}</li>`;
  const deeper = page.headings.filter(({ level }) => level === 2 || level === 3);
  return `<!doctype html>
<html lang="${tagOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(page.title)} · Waybill</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
${assets.styles.map((style) => `<link rel="stylesheet" href="${style}">`).join('\n')}
<script type="module" blocking="render" src="${assets.script}"></script>
</head>
<body>
<a class="skip" href="#content">${say('skip')}</a>
<header class="head">
<button type="button" class="quiet" id="contents-button" aria-expanded="false" aria-controls="contents">${say('contents')}</button>
<a class="name" href="${home}">Waybill <span class="soft">${say('title')}</span></a>
<button type="button" id="search-button">${say('search')} <kbd class="soft" aria-hidden="true">/</kbd></button>
<a href="/">${say('console')}</a>
<a href="${page.otherAddress}" lang="${tagOf(other)}" hreflang="${tagOf(other)}">${NAMES[other]}</a>
<button type="button" class="quiet" id="theme" aria-label="${say('theme')}">◐</button>
</header>
<div class="columns">
<nav id="contents" aria-label="${say('contents')}">
<ul><li><a href="${home}"${addressOf(path) === home ? ' aria-current="page"' : ''}>${say('home')}</a></li></ul>
${sections.map(({ title, entries: own }) => `<h2>${escaped(title)}</h2>\n<ul>${own.map(link).join('\n')}</ul>`).join('\n')}
</nav>
<main id="content">
<article>
${page.html}</article>
<nav class="neighbours" aria-label="${say('previous')}, ${say('next')}">${neighbour(entries[at - 1], 'prev')}${neighbour(at < 0 ? undefined : entries[at + 1], 'next')}</nav>
<p class="soft">${escaped(say('file', { path }))}</p>
</main>
<nav class="on-this-page" aria-label="${say('onThisPage')}">${
    deeper.length > 1
      ? `<h2>${say('onThisPage')}</h2>${deeper.map(({ level, anchor, text }) => `<a class="level-${level}" href="#${escaped(anchor)}">${escaped(text)}</a>`).join('')}`
      : ''
  }</nav>
</div>
<dialog id="search" aria-label="${say('search.label')}">
<form id="search-form" role="search"><input id="search-input" type="search" autocomplete="off" aria-label="${say('search.label')}"><button type="button" id="search-close">${say('close')}</button></form>
<p id="search-told" class="soft" role="status"></p>
<ul id="search-results"></ul>
</dialog>
</body>
</html>
`;
}

/** Lists of decisions and runbooks are long: they unfold where the reader is. */
const isOpen = (below: readonly Entry[], to: string, path: string): boolean =>
  below.length > 0 && (to === path || below.some((entry) => entry.path === path || isOpen(entry.below, entry.path, path)));
