import { describe, expect, it } from '@jest/globals';
import { readSuite, suiteOf, type JestReport } from './jest-report.ts';

const report = (counts: Partial<JestReport>): JestReport => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  startTime: 1000,
  testResults: [{ endTime: 2500 }, { endTime: 1500 }],
  ...counts,
});

describe("jest's report", () => {
  it('gives the counts, and the time until the last file ended', () => {
    expect(suiteOf('order', report({ numPassedTests: 3, numFailedTests: 1, numPendingTests: 2 }))).toEqual({
      name: 'order',
      passed: 3,
      failed: 1,
      skipped: 2,
      seconds: 1.5,
    });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(suiteOf('order', report({ numPassedTests: 3, numRuntimeErrorTestSuites: 1 }))).toMatchObject({ passed: 3, failed: 1 });
  });

  it('is a failure when no test ran, or when it was never written', () => {
    expect(suiteOf('order', report({ numPendingTests: 4 }))).toMatchObject({ passed: 0, failed: 1, note: 'no test ran' });
    expect(readSuite('order', '/nowhere/pure.json')).toMatchObject({ passed: 0, failed: 1 });
  });
});
