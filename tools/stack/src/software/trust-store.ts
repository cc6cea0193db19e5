import { X509Certificate, createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Java's own default; it protects nothing, since the content is public. */
const PASSWORD = 'changeit';
const MACHINE = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Writes the `cacerts` that installing Java would have made, from whom this machine trusts: its bundle, or Mozilla's list
 * from the unpacked package `ca-certificates` where there is none, and what NODE_EXTRA_CA_CERTS adds.
 */
export function writeTrustStore(tree: string, javaHome: string): void {
  const mozilla = join(tree, 'usr/share/ca-certificates/mozilla');
  const bundles = existsSync(MACHINE) ? [MACHINE] : readdirSync(mozilla).map((name) => join(mozilla, name));
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  if (extra && existsSync(extra)) bundles.push(extra);
  const certificates = bundles.flatMap(
    (file) => readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [],
  );
  const file = join(javaHome, 'lib/security/cacerts');
  rmSync(file, { force: true }); // a link to where the installed one would be
  writeFileSync(file, javaKeyStore([...new Set(certificates)].map((pem) => new X509Certificate(pem).raw)));
}

/** Java's format JKS, version 2: trusted certificates alone, then a SHA-1 over password, a fixed phrase and all of it. */
function javaKeyStore(certificates: readonly Buffer[]): Buffer {
  const entries = certificates.flatMap((der, index) => [
    int32(2), // a trusted certificate
    text(`authority-${index}`),
    Buffer.alloc(8), // since when: nobody asks
    text('X.509'),
    int32(der.length),
    der,
  ]);
  const content = Buffer.concat([int32(0xfeedfeed), int32(2), int32(certificates.length), ...entries]);
  const seal = createHash('sha1')
    .update(Buffer.from(PASSWORD, 'utf16le').swap16())
    .update('Mighty Aphrodite')
    .update(content)
    .digest();
  return Buffer.concat([content, seal]);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
}
