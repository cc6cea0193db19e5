import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { mutantNamed } from '@waybill/mutants';
import { GUARANTEES } from './guarantees.ts';
import { readOptions } from './options.ts';

describe('a guarantee that can be taken away', () => {
  it.each(GUARANTEES)('$name has patches of known bugs, each with a test of its own', ({ patches }) => {
    expect(patches.map((name) => mutantNamed(name).name)).toEqual(patches);
  });

  it('has a fault run that there is, with options that it knows', () => {
    const help = execFileSync(process.execPath, [join(projectRoot, 'tools/faults/src/main.ts'), '--help'], { encoding: 'utf8' });
    const runs = [...help.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name);
    expect(GUARANTEES.map(({ run }) => run).filter((run) => !runs.includes(run))).toEqual([]);
    const options = GUARANTEES.flatMap(({ shorter = [] }) => shorter.filter((word) => word.startsWith('--')));
    expect(options.filter((option) => !help.includes(`\n  ${option} `))).toEqual([]);
  });
});

describe('the command line', () => {
  it('takes away what it names, in the order of the journey', () => {
    const names = (...args: string[]) => readOptions(args).guarantees.map(({ name }) => name);
    expect(names('compensation', 'confirms')).toEqual(['confirms', 'compensation']);
    expect(names('all')).toEqual(GUARANTEES.map(({ name }) => name));
  });

  it.each([
    [[], 'Say which guarantee is to be taken away.'],
    [['hope'], 'There is no guarantee hope.'],
    [['inbox'], 'npm run mutants -- --only inbox-not-asked'],
    [['ordering'], 'npm run essay -- no-key'],
    [['confirms', '--orders', 'many'], '--orders many: give a whole number from 1 to 100000.'],
  ])('%j is refused in one sentence', (args, words) => expect(() => readOptions(args)).toThrow(words));
});
