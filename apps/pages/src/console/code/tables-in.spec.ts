import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tablesIn } from './tables-in.ts';

const root = fileURLToPath(new URL('../../../../..', import.meta.url));
const { everywhere, byService } = tablesIn(root);

/** What the ways back of all migrations take away. */
const dropped = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .flatMap((name) => [...readFileSync(join(root, folder, name), 'utf8').matchAll(/DROP TABLE (\w[\w, ]*)/g)])
    .flatMap(([, names]) => names!.split(', '))
    .sort();

it('names each table that the migrations of the core and of each service make', () => {
  expect(everywhere).toEqual(dropped('libs/messaging/src/migrations'));
  expect(everywhere).toEqual(expect.arrayContaining(['inbox', 'outbox', 'parked']));
  expect(Object.keys(byService)).toEqual(expect.arrayContaining(['notification', 'order', 'payment']));
  for (const [service, tables] of Object.entries(byService)) expect(tables).toEqual(dropped(`apps/${service}/src/migrations`));
});
