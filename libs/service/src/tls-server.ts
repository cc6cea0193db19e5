import { Logger } from '@nestjs/common';
import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, type SecureContextOptions, Server, setDefaultCACertificates, type TlsOptions } from 'node:tls';
import { Gauge } from 'prom-client';
import type { Tls } from './tls.js';

const log = new Logger('Tls');

/** The private key of this process, and then its certificate. */
const PAIR_FILE = 'key-and-certificate.pem';

/** How soon a pair that was made anew is in use. Connections that are open keep the old one. */
const LOOK_EVERY_MS = 5_000;

/**
 * Serves those alone who show a certificate of the same CA that is meant for clients: balancers, Prometheus, the console and probes. The
 * services' own are for servers, so that no service can call another.
 */
export const mutualTls = (tls: Tls): TlsOptions & SecureContextOptions => ({
  ...pairIn(tls),
  requestCert: true,
  rejectUnauthorized: true,
});

/** Has a server show the newest pair in its folder, until it closes. */
export function showNewestPair(server: object, tls: Tls): void {
  if (!(server instanceof Server)) throw new TypeError('This server does not speak TLS.');
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

/** This process believes the CA too, beside those that Node brings: a provider or a collector outside has a certificate of one of them. */
export function believe({ ca }: Tls): void {
  setDefaultCACertificates([...getCACertificates('default'), ca]);
}

function pairIn({ ca, dir }: Tls): SecureContextOptions {
  const pair = readFileSync(join(dir, PAIR_FILE));
  tellExpiry(new X509Certificate(pair));
  return { ca, key: pair, cert: pair, minVersion: 'TLSv1.2' };
}

let expires: Gauge | undefined;

/** Where TLS is off there is no such figure: a certificate that is not there does not expire. */
function tellExpiry({ validToDate }: X509Certificate): void {
  expires ??= new Gauge({
    name: 'waybill_certificate_expires_timestamp_seconds',
    help: 'When nobody believes any more the certificate that this process shows, in seconds since 1970',
  });
  expires.set(validToDate.getTime() / 1_000);
}
