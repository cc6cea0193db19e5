import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { ClientRecord } from './evidence.ts';

/** One line per request, written when it has been answered. It lies with the data that it speaks of, and goes with it. */
export const appendRecord = (file: string, record: ClientRecord) => appendFileSync(file, `${JSON.stringify(record)}\n`);

export function readRecords(file: string): ClientRecord[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as ClientRecord);
}
