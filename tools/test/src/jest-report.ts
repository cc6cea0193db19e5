import { existsSync, readFileSync } from 'node:fs';
import { broken, type Suite } from '@waybill/kit';

/** The part of jest's `--json` that counts. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Files that broke before a test of theirs ran: a wrong import, for example. Their tests are in no other count. */
  readonly numRuntimeErrorTestSuites: number;
  readonly startTime: number;
  readonly testResults: readonly { readonly endTime: number }[];
}

/** The suite that jest wrote down in `file`. Without a file, or without a test in it, the suite has failed. */
export function readSuite(name: string, file: string): Suite {
  if (!existsSync(file)) return broken(name, 'jest ended without a result');
  return suiteOf(name, JSON.parse(readFileSync(file, 'utf8')) as JestReport);
}

export function suiteOf(name: string, report: JestReport): Suite {
  const suite: Suite = {
    name,
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
    seconds: Math.max(0, ...report.testResults.map((result) => result.endTime - report.startTime)) / 1000,
  };
  return suite.passed + suite.failed === 0 ? broken(name, 'no test ran') : suite;
}
