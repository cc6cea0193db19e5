import { Logger } from '@nestjs/common';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, type SecureContextOptions, Server, setDefaultCACertificates } from 'node:tls';
import { z } from 'zod';

/** The private key, and then the certificate. */
const PAIR_FILE = 'key-and-certificate.pem';
/** How soon a pair that was made anew is in use. */
const LOOK_EVERY_MS = 5_000;

export interface Tls {
  /** The certificate of the CA that has signed everybody's. */
  readonly ca: string;
  /** Key and certificate are read again from here when their file changes. */
  readonly dir: string;
}

/** What the folder that `TLS_DIR` names has for this process. The word `off`: nothing. */
export function tlsIn(dir: string, context: z.RefinementCtx): Tls | undefined {
  if (dir === 'off') return undefined;
  try {
    const tls = { dir, ca: readFileSync(join(dir, 'ca.pem'), 'utf8') };
    pairIn(tls);
    return tls;
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    context.addIssue({ code: 'custom', message: `cannot read the file ${path}: ${code}. The word off turns TLS off` });
    return z.NEVER;
  }
}

export function pairIn({ dir }: Tls): SecureContextOptions & { readonly key: Buffer; readonly cert: Buffer } {
  const pair = readFileSync(join(dir, PAIR_FILE));
  return { key: pair, cert: pair, minVersion: 'TLSv1.2' };
}

/** Has a server show the newest pair in its folder, until it closes. */
export function showNewestPair(server: object, tls: Tls): void {
  if (!(server instanceof Server)) throw new TypeError('This server does not speak TLS.');
  const file = join(tls.dir, PAIR_FILE);
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, () => {
    try {
      server.setSecureContext(pairIn(tls));
    } catch (error) {
      new Logger('Tls').error({ err: error }, 'The new certificate cannot be used: the one of before stays.');
    }
  });
  server.once('close', () => unwatchFile(file));
}

/** This process believes the CA too, beside those that Node brings: another place for spans may have a certificate of one of them. */
export function believe({ ca }: Tls): void {
  setDefaultCACertificates([...getCACertificates('default'), ca]);
}
