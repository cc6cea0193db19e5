import type { Overview, PartStatus } from '../overview.ts';

/** Long enough for a busy machine, short enough for a person who waits for a table. */
const ANSWERS_WITHIN_MS = 2_000;

/** The table that both ways of running the system end with: what runs, and where to look. */
export async function printOverview({ parts, urls }: Overview): Promise<void> {
  const answering = await Promise.all(
    Object.entries(urls).map(async ([name, url]) => ((await answers(url)) ? [[name, url]] : [])),
  );
  for (const line of linesOf(parts, Object.fromEntries(answering.flat()) as Record<string, string>)) console.log(line);
}

/** Any answer will do, also a 404: somebody is there. */
const answers = (url: string): Promise<boolean> =>
  fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }).then(
    () => true,
    () => false,
  );

export function linesOf(parts: readonly PartStatus[], urls: Readonly<Record<string, string>>): string[] {
  const sum = (column: 'replicas' | 'healthy' | 'memoryBytes') => parts.reduce((total, part) => total + part[column], 0);
  const all = { name: 'together', replicas: sum('replicas'), healthy: sum('healthy'), memoryBytes: sum('memoryBytes') };
  const rows = [...parts, all].map(({ name, replicas, healthy, memoryBytes }) => [
    name,
    String(replicas),
    String(healthy),
    `${Math.round(memoryBytes / 1e6)} MB`,
  ]);
  const head = ['SERVICE', 'REPLICAS', 'HEALTHY', 'MEMORY'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const lines = [head, ...rows].map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
  const addresses = Object.entries(urls).map(([name, url]) => `${name.padEnd(widths[0]!)}  ${url}`);
  return addresses.length === 0 ? lines : [...lines, '', ...addresses];
}
