import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { helpOf } from './help.ts';

describe('help', () => {
  it('names every verb that the program knows, and no other', () => {
    const program = readFileSync(join(import.meta.dirname, '../main.ts'), 'utf8');
    const table = /const verbs[^]*?\n};\n/.exec(program)![0];
    const known = [...table.matchAll(/^ {2}'?([a-z-]+)'?: /gm)].map(([, verb]) => verb!).filter((verb) => verb !== 'help');
    const listed = [...helpOf().matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, verb]) => verb);
    expect(listed).toEqual(known);
    expect(known).toHaveLength(23);
  });

  it('of one verb tells how to call it; of one that there is not, all of them', () => {
    expect(helpOf('down')).toMatch(/^npm run stack -- down \[--purge\]\n {2}end everything cleanly/);
    expect(helpOf('dead-letters')).toContain('discard ID ... --reason TEXT');
    expect(helpOf('fly')).toBe(helpOf());
  });

  it('fits a terminal', () => {
    for (const line of helpOf().split('\n')) expect(line.length).toBeLessThanOrEqual(135);
  });
});
