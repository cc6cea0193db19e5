import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import type { SecureContextOptions, Server } from 'node:tls';
import type { Logger } from 'pino';
import { z } from 'zod';

/** The private key, and then the certificate. */
const PAIR_FILE = 'key-and-certificate.pem';
/** How soon a pair that was made anew is in use. */
const LOOK_EVERY_MS = 5_000;

export interface Tls {
  readonly ca: string;
  /** Key and certificate are read again from here when their file changes. */
  readonly dir: string;
}

/** What the folder that `TLS_DIR` names has for this process. The word `off`: nothing. */
export function tlsIn(dir: string, context: z.RefinementCtx): Tls | undefined {
  if (dir === 'off') return undefined;
  try {
    return { dir, ca: readFileSync(join(dir, 'ca.pem'), 'utf8') };
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
export function showNewestPair(server: Server, tls: Tls, log: Logger): void {
  const file = join(tls.dir, PAIR_FILE);
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, () => {
    try {
      server.setSecureContext(pairIn(tls));
    } catch (error) {
      log.error({ err: error }, 'The new certificate cannot be used: the one of before stays.');
    }
  });
  server.once('close', () => unwatchFile(file));
}
