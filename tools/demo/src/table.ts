/** Rows as aligned columns. Columns that hold only numbers are aligned to the right. */
export function table(rows: readonly (readonly (string | number)[])[], indent = '  '): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length)));
  const cell = (value: string | number, width: number) =>
    typeof value === 'number' ? String(value).padStart(width) : value.padEnd(width);
  return rows.map((row) => (indent + row.map((value, column) => cell(value, widths[column]!)).join('  ')).trimEnd()).join('\n');
}

/** Minor units as people write money: 2598 EUR is "25.98 EUR". */
export const money = (amount: number, currency: string) => `${(amount / 100).toFixed(2)} ${currency}`;
