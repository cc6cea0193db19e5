/** What one suite of tests came to. */
export interface Suite {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** What a reader of the table should know: that the result came from the cache, or why nothing ran. */
  readonly note?: string;
}

/** A suite that came to nothing where something had to run: that is a failure, never a zero. */
export const broken = (name: string, note: string, seconds = 0): Suite => ({
  name,
  passed: 0,
  failed: 1,
  skipped: 0,
  seconds,
  note,
});

/** A table with a line for each suite, in the order given. */
export function table(suites: readonly Suite[]): string {
  const rows = [
    ['suite', 'passed', 'failed', 'skipped', 'seconds', ''],
    ...suites.map((suite) => [suite.name, suite.passed, suite.failed, suite.skipped, suite.seconds.toFixed(1), suite.note ?? '']),
  ].map((row) => row.map(String));
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 || column === 5 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The last line of `npm test`, which other programs read: `N passed, N failed`, and `, N skipped` when there are any. */
export function closingLine(suites: readonly Suite[]): string {
  const sum = (count: 'passed' | 'failed' | 'skipped') => suites.reduce((total, suite) => total + suite[count], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`;
}
