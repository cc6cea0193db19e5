/** The rows of each key, and an empty list for a key that has none. */
export function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string | null): (key: string) => readonly Row[] {
  const groups = Map.groupBy(rows, key);
  return (wanted) => groups.get(wanted) ?? [];
}
