import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place, Way } from './glimpse.ts';

/** Where a trial runs: its own queue or topic, and a folder for notes. */
export interface Ground {
  readonly way: Way;
  readonly around: Place;
  readonly folder: string;
}

/** An empty file for notes. */
export function fileIn({ folder }: Ground, name: string): string {
  const file = join(folder, `compare-queues-${name}.txt`);
  writeFileSync(file, '');
  return file;
}
