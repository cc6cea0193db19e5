import type { FreshDatabase } from './fresh-database.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for TLS_DIR in which a process that calls PostgreSQL finds whom to believe: `folder` itself, or the word that turns TLS off. */
export function tlsFolderIn(folder: string, ssl: FreshDatabase['access']['ssl']): string {
  if (!ssl) return 'off';
  writeFileSync(join(folder, 'ca.pem'), ssl.ca);
  return folder;
}

/** Has `migrate` find this database in its environment, as the deploy step does. Returns what takes that back. */
export function migrateHere({ access }: Pick<FreshDatabase, 'access'>): () => void {
  const before = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'migrate-'));
  const { host, port, user, password, name, ssl } = access;
  const file = join(folder, 'password');
  writeFileSync(file, password);
  process.env = {
    ...before,
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: name,
    DATABASE_USER: user,
    DATABASE_PASSWORD_FILE: file,
    TLS_DIR: tlsFolderIn(folder, ssl),
  };
  return () => {
    process.env = before;
    rmSync(folder, { recursive: true });
  };
}
