import { describe, expect, it } from '@jest/globals';
import { parsePipeline } from './parse.ts';
import { filtered, unknownIn } from './run.ts';

const filter = (text: string) => parsePipeline(`filter { ${text} }`);

describe('a pipeline file', () => {
  it('is read with its sections, plugins, values, comments and branches', () => {
    const [section] = filter(`
      # why
      if [a][b] == "x" and ![c] { drop { } }
      else if [d] in ["y", "z"] { mutate { remove_field => ["[d]"] rename => { "e" => "f" } } } # here
      else { date { match => ['t', "ISO8601"]
        # Between settings, and at both ends of a hash.
        add_field => { # first
          "g" => "h"
          # last
        } } }`);
    const [statement] = section!.statements;
    expect(statement).toMatchObject({
      kind: 'branches',
      branches: [
        { condition: { is: 'and', left: { is: 'equal', field: '[a][b]', value: 'x' }, right: { is: 'not', field: '[c]' } } },
        {
          condition: { is: 'among', values: ['y', 'z'] },
          statements: [{ settings: { remove_field: ['[d]'], rename: { e: 'f' } } }],
        },
        { statements: [{ name: 'date', settings: { match: ['t', 'ISO8601'], add_field: { g: 'h' } } }] },
      ],
    });
  });

  it.each([
    ['drop {', 'the file ends too early'],
    ['drop { } }', 'stands where a word is wanted'],
    ['mutate { rename = { } }', 'line 1: cannot be read'],
    ['mutate { rename => { "a" => "b" } rename => { } }', 'mutate has rename twice'],
    ['mutate { rename => { "a" => "b"\n# why\n"c" => "d" } }', 'line 3: a comment stands between the entries of a hash'],
    ['if [a] and [b] or [c] { }', 'wants parentheses'],
  ])('is refused with %j', (text, problem) => {
    expect(() => filter(text)).toThrow(problem);
  });

  it('is not taken for understood when it uses what the stand-in does not know', () => {
    expect(unknownIn(filter('if [a] { ruby { code => "1" } } mutate { uppercase => ["a"] }'))).toEqual([
      'ruby',
      'mutate.uppercase',
    ]);
  });
});

describe('the stand-in for Logstash', () => {
  const after = (text: string, event: object) => filtered(filter(text), { ...event });

  it('takes zero for something and an empty text for nothing', () => {
    const text = 'if [a] { mutate { replace => { "b" => "seen %{a}" } } }';
    expect(after(text, { a: 0 })).toEqual({ a: 0, b: 'seen 0' });
    expect(after(text, { a: '' })).toEqual({ a: '' });
    expect(after(text, {})).toEqual({});
  });

  it('leaves a reference to nothing standing, as Logstash does', () => {
    expect(after('mutate { replace => { "b" => "%{[no][such]}" } }', {})).toEqual({ b: '%{[no][such]}' });
  });

  it('tags a time and a text that cannot be read', () => {
    expect(after('date { match => ["t", "ISO8601"] target => "@timestamp" }', { t: 'noon' })).toMatchObject({
      tags: ['_dateparsefailure'],
    });
    expect(after('dissect { mapping => { "m" => "%{a}: %{b}" } }', { m: 'x' })).toMatchObject({ tags: ['_dissectfailure'] });
  });

  it('takes a dissected text apart at each delimiter, and keeps what has a name', () => {
    expect(after('dissect { mapping => { "m" => "%{}-%{[a][b]}: %{c}" } }', { m: 'x-y: z: z' })).toMatchObject({
      a: { b: 'y' },
      c: 'z: z',
    });
  });

  it('refuses a way of working that it does not have', () => {
    expect(() => after('date { match => ["t", "UNIX"] target => "@timestamp" }', { t: '1' })).toThrow('the format UNIX');
    expect(() => after('mutate { convert => { "a" => "float" } }', { a: '1' })).toThrow('convert to float');
    expect(() => after('grok { match => { "a" => "x" } }', { a: 'x' })).toThrow('tag_on_failure');
  });
});
