import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { X509Certificate } from '@peculiar/x509';
import type { Secrets } from './secrets.ts';
import { BELIEVERS, CA_FILE, PAIR_FILE, parties, type Party, TLS_FOLDER } from './tls-parties.ts';

/** Loaded when a certificate is made: it takes 0.15 s, and every command of the stack comes by this file. */
async function library(): Promise<typeof import('@peculiar/x509')> {
  // Its decorators need this first.
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
/** Each start of the system makes new ones, and so does `certificates rotate`: this is for a system that nobody starts again. */
const CERTIFICATE_DAYS = 90;
/** A machine whose clock is behind believes them at once. */
const VALID_BEFORE_MS = 5 * 60_000;

/** P-256: of what all parties understand the quickest, and Kafka reads no Ed25519. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A CA that can sign: its certificate, and the key, which only this step ever reads. */
interface Authority {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
  readonly pem: string;
}

/** The instance's CA, made when it is first asked for. */
async function authorityOf(secrets: Secrets): Promise<Authority> {
  const file = join(secrets.dir, TLS_FOLDER, 'ca', PAIR_FILE);
  if (!existsSync(file)) secrets.keep(join(TLS_FOLDER, 'ca', PAIR_FILE), await newAuthority());
  const text = readFileSync(file, 'utf8');
  const x509 = await library();
  const certificate = new x509.X509Certificate(text.slice(text.indexOf('-----BEGIN CERTIFICATE')));
  const key = createPrivateKey(text).export({ format: 'der', type: 'pkcs8' });
  return {
    certificate,
    key: await webcrypto.subtle.importKey('pkcs8', key, ALGORITHM, false, ['sign']),
    pem: `${certificate.toString('pem')}\n`,
  };
}

/** A CA's key and certificate, in one PEM text. */
async function newAuthority(): Promise<string> {
  const [x509, keys] = [await library(), await newKeys()];
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Waybill CA',
    keys,
    signingAlgorithm: ALGORITHM,
    ...validFor(CA_DAYS),
    extensions: [
      // It signs for parties, and for no second CA.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pairText(keys, certificate);
}

/** A party's new key and its certificate, in one PEM text. */
async function newPair(by: Authority, name: string, party: Party, days = CERTIFICATE_DAYS): Promise<string> {
  const [x509, keys] = [await library(), await newKeys()];
  const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
  const names = party.serves ? [...new Set([name, 'localhost', ...(party.alsoNamed ?? [])])] : [name];
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: by.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: by.key,
    signingAlgorithm: ALGORITHM,
    serialNumber: serialNumber(),
    ...validFor(days),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([...(party.serves ? [serverAuth] : []), ...(party.calls ? [clientAuth] : [])]),
      new x509.SubjectAlternativeNameExtension([
        ...names.map((value) => ({ type: 'dns' as const, value })),
        ...(party.serves ? ['127.0.0.1', '::1'].map((value) => ({ type: 'ip' as const, value })) : []),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(by.certificate.publicKey),
    ],
  });
  return pairText(keys, certificate);
}

/** Makes a new pair for each party, and gives the files of each one's folder by their names. */
export async function tlsFiles(
  secrets: Secrets,
  edgeNames: readonly string[],
): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const authority = await authorityOf(secrets);
  const made = await Promise.all(
    Object.entries(parties(edgeNames)).map(async ([name, party]) => [
      name,
      { [CA_FILE]: authority.pem, [PAIR_FILE]: await newPair(authority, name, party) },
    ]),
  );
  return Object.fromEntries([...BELIEVERS.map((name) => [name, { [CA_FILE]: authority.pem }]), ...made]) as Record<
    string,
    Record<string, string>
  >;
}

/** Writes them where the native stack's processes find them: a folder for each party, in the instance's own. */
export async function keepTlsFiles(secrets: Secrets, edgeNames: readonly string[]): Promise<void> {
  for (const [name, files] of Object.entries(await tlsFiles(secrets, edgeNames)))
    for (const [file, text] of Object.entries(files)) secrets.keep(join(TLS_FOLDER, name, file), text);
}

/** 127 bits, so that it is no negative number. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0]! &= 0x7f;
  return bytes.toString('hex');
}

/** One party's pair anew, for so many days: for who wants to see what comes before its end. */
export async function keepPair(secrets: Secrets, name: string, days: number): Promise<void> {
  const party = parties([])[name];
  if (!party) throw new Error(`${name} has no certificate.`);
  secrets.keep(join(TLS_FOLDER, name, PAIR_FILE), await newPair(await authorityOf(secrets), name, party, days));
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

function validFor(days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const from = Date.now() - VALID_BEFORE_MS;
  return { notBefore: new Date(from), notAfter: new Date(from + days * DAY_MS) };
}

function pairText({ privateKey }: webcrypto.CryptoKeyPair, certificate: X509Certificate): string {
  const key = KeyObject.from(privateKey).export({ format: 'pem', type: 'pkcs8' }) as string;
  return `${key}${certificate.toString('pem')}\n`;
}
