// Runs when the pages are built, as handlers-in.ts does.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Tables {
  /** What the messaging core makes in the database of every service. */
  readonly everywhere: readonly string[];
  readonly byService: Readonly<Record<string, readonly string[]>>;
}

/** The tables that the migrations below `root` make. A service has a database to itself, and no right in any other. */
export function tablesIn(root: string): Tables {
  const services = readdirSync(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'src/migrations')));
  return {
    everywhere: madeIn(join(root, 'libs/messaging/src/migrations')),
    byService: Object.fromEntries(services.map((name) => [name, madeIn(join(root, 'apps', name, 'src/migrations'))])),
  };
}

/** A partition is made in another form, and is no table to those who read and write. */
const CREATE = /CREATE TABLE (\w+) \(/g;

const madeIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(CREATE)].map(([, table]) => table!))
    .sort();
