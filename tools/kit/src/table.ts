/** Rows as aligned columns, two spaces apart. A number is aligned to the right. */
export function table(rows: readonly (readonly (string | number)[])[], indent = '  '): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length)));
  const cell = (value: string | number, width: number) =>
    typeof value === 'number' ? String(value).padStart(width) : value.padEnd(width);
  return rows.map((row) => (indent + row.map((value, column) => cell(value, widths[column]!)).join('  ')).trimEnd()).join('\n');
}

/** What a verb of `npm run stack` prints: rows under the names of their columns. */
export const printTable = (head: readonly string[], rows: readonly (readonly string[])[]): void =>
  console.log(table([head, ...rows], ''));
