import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CA_FILE, PAIR_FILE, PROBE, type Secrets, TLS_FOLDER } from '@waybill/deploy';
import { isEncrypted } from '../environment.ts';
import type { CallerTls } from './ask-port.ts';

interface Around {
  readonly secrets: Pick<Secrets, 'dir'>;
  readonly settings: Readonly<Record<string, string>>;
}

/** Where a server of the instance finds the CA's certificate and its own pair. Undefined: TLS is off. */
export const tlsFolderOf = (name: string, { secrets, settings }: Around): string | undefined =>
  isEncrypted(settings) ? join(secrets.dir, TLS_FOLDER, name) : undefined;

/** With what the stack asks its processes whether they are ready. */
export function probeTls(around: Around): CallerTls {
  const folder = tlsFolderOf(PROBE, around);
  if (folder === undefined) return undefined;
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return { ca: read(CA_FILE), probe: read(PAIR_FILE) };
}
