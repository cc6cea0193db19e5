// The library's decorators need it loaded first.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto } from 'node:crypto';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

interface Leaf {
  readonly by: Authority;
  /** Whose it says that it is. */
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly fromDay?: number;
  readonly toDay?: number;
  readonly use?: x509.ExtendedKeyUsageType;
}

/** What may be wrong with a certificate. */
export const WRONG = [
  'of another CA',
  'signed by itself',
  'that has expired',
  'that is not valid yet',
  'for another name',
  'for calling, not for serving',
] as const;

/** What a server may show, beside the one certificate that is right: by what is wrong with it. `key` and `cert` as `node:tls` takes them. */
export interface Certificates {
  /** The CA that a client believes. */
  readonly ca: string;
  readonly right: Pair;
  readonly wrong: Readonly<Record<(typeof WRONG)[number], Pair>>;
  /** A pair of the same CA with which a client shows itself. */
  readonly client: Pair;
}

export interface Pair {
  readonly key: string;
  readonly cert: string;
}

/** Makes a CA, and certificates for a server on loopback. */
export async function certificates(name = 'localhost'): Promise<Certificates> {
  const [own, other] = [await authority('the CA that is believed'), await authority('another CA')];
  const here = { dns: [...new Set([name, 'localhost'])], ip: ['127.0.0.1', '::1'] };
  return {
    ca: own.certificate.toString('pem'),
    right: await leaf({ by: own, ...here }),
    client: await leaf({ by: own, dns: ['probe'], use: clientAuth as x509.ExtendedKeyUsageType }),
    wrong: {
      'of another CA': await leaf({ by: other, ...here }),
      'signed by itself': await selfSigned(here),
      'that has expired': await leaf({ by: own, ...here, fromDay: -10, toDay: -1 }),
      'that is not valid yet': await leaf({ by: own, ...here, fromDay: 1, toDay: 10 }),
      'for another name': await leaf({ by: own, dns: ['somebody.else'], ip: ['127.0.0.2'] }),
      'for calling, not for serving': await leaf({ by: own, ...here, use: clientAuth as x509.ExtendedKeyUsageType }),
    },
  };
}

async function authority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    ...between(-1, 10),
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  return { certificate, keys };
}

async function leaf({
  by,
  fromDay = -1,
  toDay = 10,
  use = serverAuth as x509.ExtendedKeyUsageType,
  ...names
}: Leaf): Promise<Pair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${names.dns?.[0] ?? 'nobody'}`,
    issuer: by.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: by.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    ...between(fromDay, toDay),
    extensions: [new x509.ExtendedKeyUsageExtension([use]), named(names)],
  });
  return pair(keys, certificate);
}

async function selfSigned(names: Pick<Leaf, 'dns' | 'ip'>): Promise<Pair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: ALGORITHM,
    ...between(-1, 10),
    extensions: [named(names)],
  });
  return pair(keys, certificate);
}

const named = ({ dns = [], ip = [] }: Pick<Leaf, 'dns' | 'ip'>) =>
  new x509.SubjectAlternativeNameExtension([
    ...dns.map((value) => ({ type: 'dns' as const, value })),
    ...ip.map((value) => ({ type: 'ip' as const, value })),
  ]);

const between = (fromDay: number, toDay: number) => ({
  notBefore: new Date(Date.now() + fromDay * DAY_MS),
  notAfter: new Date(Date.now() + toDay * DAY_MS),
});

const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

async function pair(keys: webcrypto.CryptoKeyPair, certificate: x509.X509Certificate): Promise<Pair> {
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { key, cert: certificate.toString('pem') };
}
