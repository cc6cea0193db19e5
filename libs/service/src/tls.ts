import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { setting } from './settings.js';

/** Whom this process believes, and who it is. */
export interface Tls {
  /** The certificate of the CA that has signed everybody's. */
  readonly ca: string;
  /** Its files are replaced when certificates are made anew: who serves reads them again. */
  readonly dir: string;
}

/**
 * The variable names a folder, in which `ca.pem` is the CA's certificate, and `key-and-certificate.pem` this process's own pair where it
 * has one. The word `off` instead of a folder: everything goes in clear text. A process that is told neither does not start.
 */
const tls = z.string().transform((dir, context): Tls | undefined => {
  if (dir === 'off') return undefined;
  const file = join(dir, 'ca.pem');
  try {
    return { dir, ca: readFileSync(file, 'utf8') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    context.addIssue({ code: 'custom', message: `cannot read the file ${file}: ${code}. The word off turns TLS off` });
    return z.NEVER;
  }
});

/** Whom a client of a broker believes; nobody where everything goes in clear text. */
export const caSetting = () =>
  setting(
    'TLS_DIR',
    tls.transform((on) => on?.ca),
  );

/** What a process needs that serves others, or calls them by HTTPS. Undefined: TLS is off. */
export const tlsSetting = () => setting('TLS_DIR', tls);

/** Whom a client of PostgreSQL believes, in the words of `pg` and TypeORM. */
export const sslSetting = () =>
  setting(
    'TLS_DIR',
    tls.transform((on) => on !== undefined && { ca: on.ca }),
  );
