import { describe, expect, it } from '@jest/globals';
import { blocksIn, commandsOf } from './blocks.ts';

const blocks = (text: string) => blocksIn({ path: 'docs/x.md', text });

describe('the code blocks of a document', () => {
  it('say what becomes of their commands', () => {
    const text = [
      '# X',
      '```sh run',
      'npm run stack -- status     # is everything ready?',
      '```',
      '```sh covered-by=alerts',
      'npm run alerts',
      '```',
      '```sh by-hand="it takes an hour"',
      'npm run mutants',
      '```',
      '```',
      'text',
      '```',
      '```sh later',
      'x',
      '```',
    ].join('\n');
    expect(blocks(text).map(({ line, language, mark }) => [line, language, mark])).toEqual([
      [2, 'sh', { kind: 'run' }],
      [5, 'sh', { kind: 'covered-by', by: 'alerts' }],
      [8, 'sh', { kind: 'by-hand', why: 'it takes an hour' }],
      [11, '', undefined],
      [14, 'sh', undefined],
    ]);
    expect(commandsOf(blocks(text)[0]!)).toEqual(['npm run stack -- status']);
  });

  it('hold commands over several lines, and with a prompt what they print', () => {
    const text = '```console run\n$ curl -s http://x \\\n    -d "#1"\n{"id":1}\n$ echo two\ntwo\n```\n';
    expect(commandsOf(blocks(text)[0]!)).toEqual(['curl -s http://x \\\n    -d "#1"', 'echo two']);
  });
});
