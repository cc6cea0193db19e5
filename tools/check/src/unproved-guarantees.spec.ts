import { describe, expect, it } from '@jest/globals';
import { unprovedGuarantees } from './unproved-guarantees.ts';

const specs = [{ path: 'a.spec.ts', text: "test('that comes twice acts once', () => {})" }];
const patches = [
  { path: 'patches/no-inbox.patch', text: 'Guarantee: 1\nBug: no inbox\n' },
  { path: 'patches/no-outbox.patch', text: 'Guarantee: 10\nBug: no outbox\n' },
];
const problems = (...lines: string[]) =>
  unprovedGuarantees(['# Guarantees', '', '## 1. Once', '', ...lines].join('\n'), specs, patches);

const keptBy = '- **Kept by** [the inbox](a.ts)';
const breakIt = '- **Break it:** [drop the inbox](../patches/no-inbox.patch)';

describe('a guarantee', () => {
  it('quotes a test that exists, over the end of a line too', () => {
    expect(problems(keptBy, '- **Proved by** conformance: "that comes twice', '  acts once"', breakIt)).toEqual([]);
    expect(problems(keptBy, '- **Proved by** "that comes thrice"', breakIt)).toEqual([
      'guarantee 1 quotes a test that no spec has: "that comes thrice"',
    ]);
  });

  it('names the file that keeps it, its proof, and how to break it', () => {
    expect(problems('- **Kept by** the inbox')).toEqual([
      'guarantee 1 links to no file that keeps it',
      'guarantee 1 says nothing of its proof',
      'guarantee 1 links to no patch that breaks it',
    ]);
  });

  it.each([
    ['that does not exist', '- **Break it:** [drop the inbox](../patches/gone.patch)'],
    ['of another guarantee', '- **Break it:** [drop the outbox](../patches/no-outbox.patch)'],
    ['by no link', '- **Break it:** drop the inbox'],
  ])('is not broken by a patch %s', (_, how) => {
    expect(problems(keptBy, '- **Proved by** "that comes twice acts once"', how)).toEqual([
      'guarantee 1 links to no patch that breaks it',
    ]);
  });

  it('has a number: a page without one is a page that was not read', () => {
    expect(unprovedGuarantees('# Guarantees', specs, patches)).toHaveLength(1);
  });
});
