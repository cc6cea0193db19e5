import { expect, test } from '@jest/globals';
import { testsNamed } from './tests-in-copy.ts';

const mutant = { spec: 'libs/messaging/src/receiving/inbox.live.spec.ts', test: 'that comes twice' };
const result = (name: string, ...tests: [fullName: string, status: string][]) => ({
  name,
  assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
});

test('only the tests of the named spec and name count, and only those that ran', () => {
  const report = {
    testResults: [
      result(
        '/copy/libs/messaging/src/receiving/inbox.live.spec.ts',
        ['a message that comes twice acts once', 'failed'],
        ['a command that comes twice acts once', 'passed'],
        ['an event that comes twice acts once', 'pending'],
        ['a message that comes late', 'failed'],
      ),
      result('/copy/libs/messaging/src/outbox.live.spec.ts', ['a row that comes twice', 'failed']),
    ],
  };
  expect(testsNamed(report, mutant)).toEqual({
    failed: ['a message that comes twice acts once'],
    passed: ['a command that comes twice acts once'],
  });
});

test('a spec that did not load is not red', () => {
  const report = { testResults: [result('/copy/libs/messaging/src/receiving/inbox.live.spec.ts')] };
  expect(testsNamed(report, mutant)).toEqual({ failed: [], passed: [] });
});
