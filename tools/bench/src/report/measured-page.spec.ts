import { describe, expect, it } from '@jest/globals';
import { withMeasured } from './measured-page.ts';

const ABOUT = { at: '2026-11-30T11:00:00Z', processors: 2, model: 'a chip', memoryGb: 24, system: 'Linux 6', node: 'v24' };
const ROWS = [
  ['', 'nginx'],
  ['requests a second', '4,000'],
];

describe('a page with figures of a command', () => {
  it('keeps what a person has written, and gets the new figures in the place of the old ones', () => {
    const page = '# Which\n\n<!-- measured by `npm run x` -->\n\n| old |\n\n<!-- end of what was measured -->\n\nWords.\n';
    const once = withMeasured(page, ROWS, ABOUT);
    expect(once).toContain('| requests a second | 4,000 |');
    expect(once).toContain('2026-11-30, 2 processors (a chip), 24 GB, Linux 6.');
    expect(once).not.toContain('old');
    expect(once).toMatch(/^# Which\n[^]*\nWords\.\n$/);
    expect(withMeasured(once, ROWS, ABOUT)).toBe(once);
  });

  it('must have its marks', () => {
    expect(() => withMeasured('# Which\n', ROWS, ABOUT)).toThrow(/no two marks/);
  });
});
