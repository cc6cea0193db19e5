import { expect, it } from '@jest/globals';
import { slowPatterns } from './slow-patterns.ts';

const problemsIn = (text: string, path = 'libs/service/src/path.ts') => slowPatterns([{ path, text }]);

it.each([
  ['exponential backtracking', 'const word = /^(a+)+$/;'],
  ['polynomial backtracking', String.raw`const pair = /^(.+)=(.+)$/;`],
  ['polynomial search', String.raw`const bare = path.replace(/\/+$/, '');`],
  ['exponential backtracking', "const word = new RegExp('^(a|a)*$');"],
  ['polynomial backtracking', String.raw`const part = /\w+/; const all = RegExp(${'`^${part.source}\\w+$`'});`],
])('names %s in %s', (what, text) => {
  expect(problemsIn(text)).toEqual([expect.stringContaining(what)]);
});

it('names what nginx looks for', () => {
  const text = 'map $uri $name {\n  "~^(a+)+$" 1;\n}\nlocation ~ ^/(b*)*$ { return 204; }';
  expect(problemsIn(text, 'infra/nginx/public.conf')).toHaveLength(2);
});

it('says the line, and lets patterns be that are as fast on any text', () => {
  expect(problemsIn('\n\nconst word = /^(a+)+$/;')).toEqual([expect.stringMatching(/^libs\/service\/src\/path\.ts:3: /)]);
  expect(problemsIn(String.raw`const bare = /(?<!\/)\/+$/; const pair = /^([^=]+)=(.+)$/; const id = /[0-9a-f]{8}/g;`)).toEqual(
    [],
  );
});

it('wants to know where a pattern comes from that is not known before the program runs', () => {
  const file = { path: 'a.ts', text: 'const found = new RegExp(given);' };
  expect(slowPatterns([file])).toEqual([expect.stringContaining('nobody can say')]);
  expect(slowPatterns([file], { 'a.ts': 'our own' })).toEqual([]);
  expect(slowPatterns([], { 'a.ts': 'our own' })).toEqual([expect.stringContaining('take it out')]);
});
