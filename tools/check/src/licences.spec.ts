import { describe, expect, it } from '@jest/globals';
import { licenceProblems, licencesOf } from './licences.ts';

const lockOf = (packages: Record<string, string | undefined>, dev = false) => ({
  packages: {
    '': {},
    'apps/order': {},
    'node_modules/@waybill/order': { link: true },
    ...Object.fromEntries(
      Object.entries(packages).map(([name, license]) => [`node_modules/${name}`, { ...(license && { license }), dev }]),
    ),
  },
});
const problems = (packages: Record<string, string | undefined>, dev = false) => licenceProblems(lockOf(packages, dev), {});

describe('a licence', () => {
  it.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0)', 'GPL-3.0 OR ISC', '(MIT AND BSD-3-Clause)'])('%s is fine', (licence) => {
    expect(problems({ a: licence })).toEqual([]);
  });

  it.each(['GPL-3.0', 'MPL-2.0', '(MIT AND GPL-3.0)', '(AGPL-3.0 OR SSPL-1.0)', 'SEE LICENSE IN LICENSE', undefined])(
    '%s is told with its package',
    (licence) => {
      expect(problems({ a: 'MIT', 'b/node_modules/@c/d': licence })).toEqual([expect.stringMatching(/^@c\/d has the licence /)]);
    },
  );

  it('of what only builds and checks may be one that stays with its own files', () => {
    expect(problems({ a: 'MPL-2.0' }, true)).toEqual([]);
    expect(problems({ a: 'GPL-3.0' }, true)).toHaveLength(1);
  });

  it('that was looked at is fine as long as it is that one, and its package is there', () => {
    const looked = { a: { licence: 'MPL-2.0', why: 'a test' } };
    expect(licenceProblems(lockOf({ a: 'MPL-2.0' }), looked)).toEqual([]);
    expect(licenceProblems(lockOf({ a: 'GPL-3.0' }), looked)).toHaveLength(2);
    expect(licenceProblems(lockOf({}), looked)).toEqual([expect.stringContaining('no such package')]);
  });

  it('is listed with its packages', () => {
    expect(licencesOf(lockOf({ b: 'MIT', a: 'MIT', c: 'ISC' }))).toEqual([
      { licence: 'MIT', packages: ['a', 'b'] },
      { licence: 'ISC', packages: ['c'] },
    ]);
  });
});
