import { describe, expect, it } from '@jest/globals';
import { unprovedGuarantees } from './unproved-guarantees.ts';

const specs = [{ path: 'a.spec.ts', text: "test('that comes twice acts once', () => {})" }];
const page = (row: string) => `|   | promise | kept by | proved by | break it |\n| - | - | - | - | - |\n${row}\n`;

describe('a guarantee', () => {
  it('quotes a test that exists', () => {
    expect(
      unprovedGuarantees(page('| 1 | once | [inbox](a.ts) | "that comes twice acts once" | drop the inbox |'), specs),
    ).toEqual([]);
    expect(unprovedGuarantees(page('| 1 | once | [inbox](a.ts) | "that comes thrice" | drop the inbox |'), specs)).toEqual([
      'guarantee 1 quotes a test that no spec has: "that comes thrice"',
    ]);
  });

  it('names the file that keeps it, and how to break it', () => {
    expect(unprovedGuarantees(page('| 2 | once | the inbox | the audit |  |'), specs)).toEqual([
      'guarantee 2 has an empty cell',
      'guarantee 2 links to no file that keeps it',
    ]);
  });

  it('has a number: a page without one is a page that was not read', () => {
    expect(unprovedGuarantees('# Guarantees', specs)).toHaveLength(1);
  });
});
