import { describe, expect, it } from '@jest/globals';
import { misplacedQuotes, withLinesOfNow } from './quoted-lines.ts';

const files = [{ path: 'libs/inbox.ts', text: '// An inbox.\n\nexport function insert() {\n  return 1;\n}\n// It returns 1.\n' }];
const page = (text: string) => ({ path: 'docs/learn/inbox.md', text });
const problems = (text: string) => misplacedQuotes([page(text)], files);
const written = (text: string) => withLinesOfNow([page(text)], files).map((changed) => changed.text);

describe('a link to a line', () => {
  it('holds while its text stands on that line', () => {
    expect(problems('[`insert`](../../libs/inbox.ts#L3) and [`return 1`](../../libs/inbox.ts#L4)')).toEqual([]);
  });

  it('is refused with the line that has its text now', () => {
    expect(problems('[`insert`](../../libs/inbox.ts#L1)')).toEqual([
      'docs/learn/inbox.md: "insert" stands in line 3 of libs/inbox.ts, and not in line 1: npm run check -- --write mends that',
    ]);
    expect(problems('[`delete`](../../libs/inbox.ts#L1)')).toEqual([
      'docs/learn/inbox.md: no line of libs/inbox.ts has "delete"',
    ]);
  });

  it('is refused when its text stands on several lines, also on its own: nobody could say where it has gone', () => {
    expect(problems('[`return`](../../libs/inbox.ts#L4)')).toEqual([
      'docs/learn/inbox.md: lines 4, 6 of libs/inbox.ts have "return": quote more of the one that is meant',
    ]);
  });

  it.each([
    '[insert](../../libs/inbox.ts#L3)',
    '[`insert`](../../libs/inbox.ts#L3-L5)',
    '[see `insert`](../../libs/inbox.ts#L3)',
  ])('is refused when it does not quote its line: %s', (link) =>
    expect(problems(link)).toEqual([expect.stringContaining('does not quote its line')]),
  );

  it('is nothing to a link to a whole file, and to a file that another check misses', () => {
    expect(problems('[`insert`](../../libs/inbox.ts), [`insert`](../../libs/gone.ts#L1)')).toEqual([]);
  });
});

describe('the lines of links, written', () => {
  it('are those on which the texts stand now', () => {
    expect(written('[`insert`](../../libs/inbox.ts#L1), then\n[`return 1;`](../../libs/inbox.ts#L40).\n')).toEqual([
      '[`insert`](../../libs/inbox.ts#L3), then\n[`return 1;`](../../libs/inbox.ts#L4).\n',
    ]);
    expect(problems(written('[`insert`](../../libs/inbox.ts#L1)')[0]!)).toEqual([]);
  });

  it('stay where the text stands on no line, or on several, or the file is gone', () => {
    const text = '[`delete`](../../libs/inbox.ts#L1) [`return`](../../libs/inbox.ts#L1) [`insert`](../../libs/gone.ts#L1)';
    expect(written(text)).toEqual([]);
  });

  it('are written into no page whose links are right', () => {
    expect(written('[`insert`](../../libs/inbox.ts#L3), and line 7 of `insert`.')).toEqual([]);
  });
});
