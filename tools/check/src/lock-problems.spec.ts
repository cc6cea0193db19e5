import { describe, expect, it } from '@jest/globals';
import { lockProblems, outOfStep } from './lock-problems.ts';

const integrity = 'sha512-x';

describe('the lock file', () => {
  it('is complete when every optional dependency has an entry, beside the package or further up', () => {
    const packages = {
      '': { optionalDependencies: { fast: '1.0.0' } },
      'node_modules/fast': { integrity, optionalDependencies: { 'fast-linux': '1.0.0', 'fast-mac': '1.0.0' } },
      'node_modules/fast-linux': { integrity },
      'node_modules/fast/node_modules/fast-mac': { integrity },
    };
    expect(lockProblems({ packages })).toEqual([]);
  });

  it('has a hole when a platform is missing', () => {
    const packages = { 'node_modules/fast': { integrity, optionalDependencies: { 'fast-windows': '1.0.0' } } };
    expect(lockProblems({ packages })).toEqual([expect.stringContaining('node_modules/fast wants fast-windows')]);
  });

  it('names no registry', () => {
    const packages = { 'node_modules/a': { integrity, resolved: 'https://packages.example.com/a.tgz' } };
    expect(lockProblems({ packages })).toEqual([expect.stringContaining('packages.example.com')]);
  });

  it('has an integrity for everything that is downloaded', () => {
    const packages = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/ours': { link: true, resolved: 'libs/ours' } };
    expect(lockProblems({ packages })).toEqual([expect.stringContaining('node_modules/a has no integrity')]);
  });

  it('says what each package.json says', () => {
    const packages = { 'apps/order': { dependencies: { zod: '4.6.7', pg: '8.23.1' } } };
    expect(outOfStep({ packages }, { 'apps/order': { dependencies: { pg: '8.23.1', zod: '4.6.7' } } })).toEqual([]);
    expect(outOfStep({ packages }, { 'apps/order': { dependencies: { zod: '4.6.8', pg: '8.23.1' } } })).toHaveLength(1);
    expect(outOfStep({ packages }, { 'apps/new': { dependencies: { zod: '4.6.7' } } })).toHaveLength(1);
  });
});
