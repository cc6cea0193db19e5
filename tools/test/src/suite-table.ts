import { table, type Suite } from '@waybill/kit';

/** A table with a line for each suite, in the order given. */
export const suiteTable = (suites: readonly Suite[]): string =>
  table(
    [
      ['suite', 'passed', 'failed', 'skipped', 'seconds'],
      ...suites.map(({ name, passed, failed, skipped, seconds, note = '' }) => [
        name,
        passed,
        failed,
        skipped,
        seconds.toFixed(1).padStart('seconds'.length),
        note,
      ]),
    ],
    '',
  );

/** The last line of `npm test`, which other programs read: `N passed, N failed`, and `, N skipped` when there are any. */
export function closingLine(suites: readonly Suite[]): string {
  const sum = (count: 'passed' | 'failed' | 'skipped') => suites.reduce((total, suite) => total + suite[count], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`;
}
