import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { readOptions } from './options.ts';

const patch = (name: string) => readFileSync(join(import.meta.dirname, `../patches/${name}.patch`), 'utf8');

describe('the next version', () => {
  it('applies to the code of today, and the contracting migration to what comes of it', () => {
    const both = patch('expand') + patch('contract');
    const { stderr } = spawnSync('git', ['apply', '--check', '-'], { cwd: projectRoot, input: both, encoding: 'utf8' });
    expect(stderr).toBe('');
  });
});

describe('the command line', () => {
  it('sends 30 requests a second, unless it is told otherwise', () => {
    expect(readOptions([])).toMatchObject({ perSecond: 30 });
    expect(readOptions(['--per-second', '5'])).toMatchObject({ perSecond: 5 });
  });

  it.each([
    [['--per-second', 'many'], '--per-second many'],
    [['now'], 'now'],
  ])('%j is refused in one sentence', (args, words) => expect(() => readOptions(args)).toThrow(words));
});
