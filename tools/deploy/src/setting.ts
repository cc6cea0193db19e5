import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CA_FILE } from './tls-parties.ts';

/** What the environment says; a step that lacks a setting ends before it does anything. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

/** The certificate of the CA to believe, out of the folder that TLS_DIR names; nothing where it says `off`. */
export function trustedCa(): string | undefined {
  const dir = setting('TLS_DIR');
  return dir === 'off' ? undefined : readFileSync(join(dir, CA_FILE), 'utf8');
}
