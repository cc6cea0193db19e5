import { expect, test } from '@jest/globals';
import { findingsIn, openFindings } from './findings.ts';

// As npm 11 prints it: `b` is affected because it wants `a`.
const AUDIT = {
  vulnerabilities: {
    a: { via: [{ url: 'https://github.com/advisories/GHSA-1', title: 'reads everything', severity: 'high' }] },
    b: { via: ['a'] },
  },
};
const answer = { id: 'GHSA-1', package: 'a', answer: 'we give it no file' };

test('each hole is told once, at the package that has it', () => {
  expect(openFindings(findingsIn(AUDIT), [])).toEqual(['a: reads everything (high, GHSA-1) has no answer']);
});

test('one that was answered is quiet, until it has gone', () => {
  expect(openFindings(findingsIn(AUDIT), [answer])).toEqual([]);
  expect(openFindings(findingsIn({}), [answer])).toEqual([expect.stringContaining('remove it')]);
});

test('an answer is for one hole of one package', () => {
  expect(openFindings(findingsIn(AUDIT), [{ ...answer, package: 'b' }])).toHaveLength(2);
});
