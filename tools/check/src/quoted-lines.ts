import { posix } from 'node:path';
import type { SourceFile } from './check.ts';

/** A link to a line of a file. */
const LINE_LINK = /\]\([^()\s#]+#L\d+[^()\s]*\)/g;
/** One that quotes its line, [`insertIntoInbox`](../libs/inbox.ts#L14): the text stands on that line, and on no other one of the file. */
const QUOTE = /\[`([^`]+)`\]\(([^()\s#]+)#L(\d+)\)/g;

/** Links to lines that do not hold what they quote, or that do not say which line is meant. */
export function misplacedQuotes(pages: readonly SourceFile[], files: readonly SourceFile[]): string[] {
  const linesWith = finder(files);
  return pages.flatMap((page) => [
    ...(page.text.replaceAll(QUOTE, '').match(LINE_LINK) ?? []).map(
      (link) => `${page.path}: the link ${link.slice(1)} does not quote its line: [\`words of the line\`](file#L12)`,
    ),
    ...[...page.text.matchAll(QUOTE)].flatMap(([, quoted, target, line]) => {
      const { path, found } = linesWith(page, target!, quoted!);
      // A file that is not there is told by another check.
      if (found === undefined || found.join() === line) return [];
      if (found.length === 0) return [`${page.path}: no line of ${path} has "${quoted}"`];
      if (found.length > 1)
        return [`${page.path}: lines ${found.join(', ')} of ${path} have "${quoted}": quote more of the one that is meant`];
      return [
        `${page.path}: "${quoted}" stands in line ${found[0]} of ${path}, and not in line ${line}: npm run check -- --write mends that`,
      ];
    }),
  ]);
}

/** The pages with links that lead to the wrong line, and with the right one in its place. Where a quote does not say which line is meant, its link stays. */
export function withLinesOfNow(pages: readonly SourceFile[], files: readonly SourceFile[]): SourceFile[] {
  const linesWith = finder(files);
  return pages.flatMap((page) => {
    const text = page.text.replaceAll(QUOTE, (link, quoted: string, target: string) => {
      const { found } = linesWith(page, target, quoted);
      return found?.length === 1 ? `[\`${quoted}\`](${target}#L${found[0]})` : link;
    });
    return text === page.text ? [] : [{ path: page.path, text }];
  });
}

/** Which lines of the file at the end of a page's link have a text, if there is such a file. */
function finder(files: readonly SourceFile[]) {
  const byPath = new Map(files.map((file) => [file.path, file.text.split('\n')]));
  return (page: SourceFile, target: string, quoted: string) => {
    const path = posix.normalize(posix.join(posix.dirname(page.path), target));
    const found = byPath.get(path)?.flatMap((line, index) => (line.includes(quoted) ? [index + 1] : []));
    return { path, found };
  };
}
