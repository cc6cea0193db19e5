import { posix } from 'node:path';
import type { SourceFile } from './check.ts';

/** Relative links of the Markdown files that lead nowhere: to a file that is not in the repository, or to a heading that is not in the file. */
export function deadLinks(pages: readonly SourceFile[], tracked: ReadonlySet<string>): string[] {
  const folders = new Set([...tracked].flatMap(foldersAbove));
  return pages.flatMap((page) =>
    linksIn(page.text).flatMap((link) => {
      const [target, heading] = decodeURI(link).split('#');
      const path = target === '' ? page.path : posix.normalize(posix.join(posix.dirname(page.path), target!)).replace(/\/$/, '');
      if (!tracked.has(path) && !folders.has(path))
        return [`${page.path}: ${link} leads to ${path}, which is not in the repository`];
      const headings = pages.find((other) => other.path === path);
      if (!heading || !headings || anchorsIn(headings.text).includes(heading)) return [];
      return [`${page.path}: ${link} leads to a heading that ${path} does not have`];
    }),
  );
}

/** Targets of `[text](target)` outside of code, without those that leave the repository. */
function linksIn(markdown: string): string[] {
  const prose = withoutCode(markdown).replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => match[1]!).filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors that GitHub makes of headings, in their order: lower case, without punctuation, spaces as hyphens. */
export function anchorsIn(markdown: string): string[] {
  const headings = [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map((match) => match[1]!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const withoutCode = (markdown: string) => markdown.replaceAll(/^```[^]*?^```/gm, '');

function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
