import type { SourceFile } from './check.ts';

/**
 * Rows of docs/guarantees.md whose proof is not there: an empty cell, no file that keeps the promise, or a test, quoted by
 * its words, that no spec contains (it was renamed or removed, and the promise stands alone).
 */
export function unprovedGuarantees(page: string, specs: readonly SourceFile[]): string[] {
  const rows = [...page.matchAll(/^\| (\d+) +\|(.*)\|$/gm)];
  if (rows.length === 0) return ['docs/guarantees.md has no numbered row'];
  return rows.flatMap(([, number, cells]) => {
    const [promise, keptBy, provedBy, howToBreak] = cells!.split('|').map((cell) => cell.trim());
    return [
      ...(promise && keptBy && provedBy && howToBreak ? [] : [`guarantee ${number} has an empty cell`]),
      ...(keptBy?.includes('](') ? [] : [`guarantee ${number} links to no file that keeps it`]),
      ...[...(provedBy ?? '').matchAll(/"([^"]+)"/g)]
        .map((quote) => quote[1]!)
        .filter((words) => !specs.some((spec) => spec.text.includes(words)))
        .map((words) => `guarantee ${number} quotes a test that no spec has: "${words}"`),
    ];
  });
}
