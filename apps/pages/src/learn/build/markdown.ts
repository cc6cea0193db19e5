import { Marked, type Tokens } from 'marked';
import { posix } from 'node:path';
import { escaped, highlighted, languageFor } from './highlight.ts';
import { sequenceDiagram } from './sequence-diagram.ts';
import { addressOf, type Document, pictureAddress } from './sources.ts';

export interface Heading {
  readonly level: number;
  readonly anchor: string;
  readonly text: string;
}

/** A part of a page that a search finds: a heading and what is said below it. */
export interface Found {
  readonly anchor: string;
  readonly heading: string;
  readonly text: string;
}

export interface Rendered {
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly parts: readonly Found[];
  /** Files of code that it leads to, from the root of the repository. */
  readonly code: readonly string[];
  readonly pictures: readonly string[];
  readonly problems: readonly string[];
}

export interface Around {
  readonly documents: ReadonlyMap<string, Document>;
  /** Whether a file or a folder is there, and is served as code. */
  readonly isCode: (path: string) => boolean;
  /** The anchors of a document; a link to another one is a problem. */
  readonly anchorsOf: (path: string) => ReadonlySet<string>;
}

/** The anchor that GitHub makes of a heading. Links in the documents are written for both. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

export const anchorsIn = (text: string): Set<string> =>
  new Set(
    new Marked()
      .lexer(text)
      .filter((token) => token.type === 'heading')
      .map((token) => anchorOf((token as Tokens.Heading).text)),
  );

/** A document as a part of a page. Relative links become those of the site. */
export function render({ path, text }: Document, around: Around): Rendered {
  const headings: Heading[] = [];
  const parts: { anchor: string; heading: string; text: string }[] = [{ anchor: '', heading: '', text: '' }];
  const [code, pictures, problems] = [new Set<string>(), new Set<string>(), [] as string[]];
  const resolved = (target: string) => posix.normalize(posix.join(posix.dirname(path), decodeURI(target)));

  const leadTo = (href: string): string | undefined => {
    if (/^[a-z]+:/.test(href)) return href;
    const [target = '', anchor] = href.split('#');
    const to = target === '' ? path : resolved(target).replace(/\/$/, '');
    const hash = anchor === undefined ? '' : `#${anchor.replace(/^(L\d+)-L\d+$/, '$1')}`;
    if (to.endsWith('.md') && around.documents.has(to)) {
      if (anchor !== undefined && !around.anchorsOf(to).has(decodeURI(anchor)))
        problems.push(`${path}: ${href} leads to a heading that ${to} does not have`);
      return addressOf(to) + hash;
    }
    if (/^(docs\/.*|[\w.-]+)\.md$/.test(to)) problems.push(`${path}: ${href} leads to ${to}, which is not there`);
    // Of the rest an image is built from a part. `npm run check` sees all of it, and tells what is not there.
    if (!around.isCode(to)) return undefined;
    code.add(to);
    return addressOf(to) + hash;
  };

  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth, text: heading }) {
        const anchor = anchorOf(heading);
        const plain = this.parser.parseInline(tokens, this.parser.textRenderer);
        headings.push({ level: depth, anchor, text: plain });
        parts.push({ anchor, heading: plain, text: '' });
        return `<h${depth} id="${escaped(anchor)}">${this.parser.parseInline(tokens)} <a class="anchor" href="#${escaped(anchor)}" aria-hidden="true" tabindex="-1">#</a></h${depth}>\n`;
      },
      link({ href, tokens }) {
        const inside = this.parser.parseInline(tokens);
        const to = leadTo(href);
        return to === undefined
          ? `<span class="path" title="${escaped(resolved(href))}">${inside}</span>`
          : `<a href="${escaped(to)}">${inside}</a>`;
      },
      image({ href, text: says }) {
        const picture = resolved(href);
        pictures.add(picture);
        return `<img src="${escaped(pictureAddress(picture))}" alt="${escaped(says)}" loading="lazy">`;
      },
      code({ text: block, lang = '' }) {
        const hint = lang.split(/[\s{]/)[0]!;
        if (hint === 'mermaid' && block.startsWith('sequenceDiagram')) return sequenceDiagram(block);
        return `<pre tabindex="0"><code>${highlighted(block, languageFor(hint))}</code></pre>\n`;
      },
      table({ header, align, rows }) {
        const cells = (row: readonly Tokens.TableCell[], tag: 'th' | 'td') =>
          row
            .map(({ tokens }, index) => {
              const side = align[index] ? ` class="${align[index]}"` : '';
              const content = this.parser.parseInline(tokens);
              // A header without words tells a screen reader nothing.
              return tag === 'th' && content !== '' ? `<th scope="col"${side}>${content}</th>` : `<td${side}>${content}</td>`;
            })
            .join('');
        const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
        return `<div class="wide" tabindex="0"><table>\n<thead><tr>${cells(header, 'th')}</tr></thead>\n<tbody>${body}</tbody>\n</table></div>\n`;
      },
    },
  });
  const tokens = marked.lexer(text);
  const html = tokens
    .map((token) => {
      const one = marked.parser([token]);
      if (token.type !== 'heading') parts.at(-1)!.text += ` ${plainOf(one)}`;
      return one;
    })
    .join('');
  return {
    title: headings.find(({ level }) => level === 1)?.text ?? path,
    html,
    headings,
    parts: parts
      .map((part) => ({ ...part, text: part.text.replaceAll(/\s+/g, ' ').trim() }))
      .filter((part) => part.heading || part.text),
    code: [...code],
    pictures: [...pictures],
    problems,
  };
}

const plainOf = (html: string): string =>
  html
    .split('<!--')
    .map((part, index) => (index === 0 ? part : part.slice(part.indexOf('-->') + '-->'.length)))
    .join('')
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
