import { Lexer, type Token, type Tokens } from 'marked';
import { posix } from 'node:path';
import type { Language } from '../../shared/language.ts';
import { chineseOf, type Document, englishOf } from './sources.ts';

export interface Entry {
  readonly path: string;
  readonly label: string;
  /** What the list of its own page names: the lessons, the decisions, the runbooks. */
  readonly below: readonly Entry[];
}

export interface Section {
  readonly title: string;
  readonly entries: readonly Entry[];
}

const CONTENTS = 'docs/README.md';
export const contentsPath = (language: Language): string => (language === 'zh' ? chineseOf(CONTENTS) : CONTENTS);

/** The sidebar, from the sections and lists of a page of contents. A page in another language has that of its own language. */
export function contentsOf(documents: ReadonlyMap<string, Document>, language: Language): Section[] {
  const from = contentsPath(language);
  const own = (path: string) => (language === 'zh' && documents.has(chineseOf(path)) ? chineseOf(path) : path);
  /** With what it names itself, where it is the list of a folder below this one. */
  const entryOf = ({ path, label }: Named, folder: string): Entry => {
    const isList = /\/README\.md$/.test(englishOf(path)) && posix.dirname(path) !== folder && path.startsWith(`${folder}/`);
    return { path: own(path), label, below: isList ? namedBy(own(path)) : [] };
  };
  /** The entries of a list page that lie in its own folder. */
  const namedBy = (page: string): Entry[] => {
    const folder = posix.dirname(page);
    const inside = listed(new Lexer().lex(textOf(documents, page)), page).filter(
      ({ path }) => path.startsWith(`${folder}/`) && englishOf(path) !== englishOf(page),
    );
    return [...new Map(inside.map((named) => [named.path, entryOf(named, folder)])).values()];
  };
  // Of what is beside code an image is built from a part.
  const isHere = ({ path }: Named) => documents.has(path) || /^(docs\/.*|[\w.-]+)\.md$/.test(path);
  const sections: { title: string; entries: Entry[] }[] = [];
  for (const token of new Lexer().lex(textOf(documents, from))) {
    if (token.type === 'heading' && token['depth'] === 2) sections.push({ title: token['text'] as string, entries: [] });
    sections.at(-1)?.entries.push(
      ...listed([token], from)
        .filter(isHere)
        .map((named) => entryOf(named, posix.dirname(from))),
    );
  }
  return sections;
}

interface Named {
  readonly path: string;
  readonly label: string;
}

/** Documents that the lists and tables among some tokens link to, in their order; prose is no list. */
function listed(tokens: readonly Token[], from: string): Named[] {
  return tokens.flatMap((token) => {
    const list = token as Tokens.List;
    const table = token as Tokens.Table;
    if (token.type === 'list') return list.items.flatMap((item) => linksOf(item.tokens, from).slice(0, 1));
    if (token.type === 'table') return table.rows.flatMap((row) => linksOf(row[0]!.tokens, from).slice(0, 1));
    return [];
  });
}

const linksOf = (tokens: readonly Token[], from: string): Named[] =>
  tokens.flatMap((token) => {
    if (token.type !== 'link') return linksOf('tokens' in token ? (token.tokens ?? []) : [], from);
    const { href, text } = token as Tokens.Link;
    const path = posix.normalize(posix.join(posix.dirname(from), href));
    return path.endsWith('.md') ? [{ path, label: text.replaceAll('`', '') }] : [];
  });

function textOf(documents: ReadonlyMap<string, Document>, path: string): string {
  const found = documents.get(path);
  if (!found) throw new Error(`There is no ${path}, of which the site's contents are made.`);
  return found.text;
}

/** In reading order. */
export const flat = (sections: readonly Section[]): Entry[] => sections.flatMap(({ entries }) => entries.flatMap(withBelow));
const withBelow = (entry: Entry): Entry[] => [entry, ...entry.below.flatMap(withBelow)];

/** Entries of which there is no document. */
export const deadEntries = (documents: ReadonlyMap<string, Document>, sections: readonly Section[]): string[] =>
  flat(sections).flatMap(({ path }) => (documents.has(path) ? [] : [`the contents name ${path}, which is not there`]));

/** Documents of docs that no list leads to. A search still finds them: the spec of the site tells, and the build goes on. */
export function unlisted(documents: ReadonlyMap<string, Document>, sections: readonly Section[]): string[] {
  const named = new Set(flat(sections).map(({ path }) => englishOf(path)));
  return [...documents.keys()]
    .filter((path) => path.startsWith('docs/') && englishOf(path) !== CONTENTS && !named.has(englishOf(path)))
    .map((path) => `${path} is in no list: name it in ${CONTENTS} or in a list that it leads to`);
}
