import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CA_FILE, PAIR_FILE, PROBE, TLS_FOLDER } from '@waybill/deploy';
import { isEncrypted } from '../environment.ts';
import type { CallerTls } from './ask-port.ts';

interface Around {
  /** The instance's folder by its plain name: a server reads some letters of a path as something else. */
  readonly home: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Where a server of the instance finds the CA's certificate and its own pair. Undefined: TLS is off. */
export const tlsFolderOf = (name: string, { home, settings }: Around): string | undefined =>
  isEncrypted(settings) ? join(secretsIn(home), TLS_FOLDER, name) : undefined;

/** The folder of secrets, by its plain name too. */
export const secretsIn = (home: string): string => join(home, 'secrets');

/** With what the stack asks its processes whether they are ready. */
export function probeTls(around: Around): CallerTls {
  const folder = tlsFolderOf(PROBE, around);
  if (folder === undefined) return undefined;
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return { ca: read(CA_FILE), probe: read(PAIR_FILE) };
}
