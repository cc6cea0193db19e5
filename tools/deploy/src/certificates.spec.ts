import { afterAll, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES } from '@waybill/contracts';
import { keepTlsFiles, tlsFiles } from './certificates.ts';
import { Secrets } from './secrets.ts';
import { CA_FILE, PAIR_FILE, parties } from './tls-parties.ts';

const EDGE = ['localhost', 'waybill.localhost'];
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

const secrets = new Secrets(mkdtempSync(join(tmpdir(), 'certificates-')));
afterAll(() => rmSync(secrets.dir, { recursive: true }));
const certificateOf = async (name: string) => new X509Certificate((await tlsFiles(secrets, EDGE))[name]![PAIR_FILE]!);

test('everybody has a certificate of one CA, which stays the same', async () => {
  const [first, second] = [await tlsFiles(secrets, EDGE), await tlsFiles(secrets, EDGE)];
  const cas = new Set([...Object.values(first), ...Object.values(second)].map((files) => files[CA_FILE]));
  expect(cas.size).toBe(1);
  const ca = new X509Certificate([...cas][0]!);
  for (const name of Object.keys(parties(EDGE))) {
    const certificate = new X509Certificate(second[name]![PAIR_FILE]!);
    expect({
      name,
      signed: certificate.verify(ca.publicKey),
      fresh: first[name]![PAIR_FILE] !== second[name]![PAIR_FILE],
    }).toEqual({
      name,
      signed: true,
      fresh: true,
    });
  }
});

test.each([...SERVICES, 'postgres', 'rabbitmq', 'kafka', 'identity', 'outside-world'])(
  '%s serves under its own name and on loopback, and calls nobody with its certificate',
  async (name) => {
    const { subjectAltName, keyUsage } = await certificateOf(name);
    expect(subjectAltName).toBe(`DNS:${name}, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1`);
    expect(keyUsage).toEqual([SERVER_AUTH]);
  },
);

test.each(['nginx', 'haproxy', 'prometheus', 'console'])(
  '%s serves, and calls those who want to know who calls',
  async (name) => {
    expect((await certificateOf(name)).keyUsage).toEqual([SERVER_AUTH, CLIENT_AUTH]);
  },
);

test('a balancer is known by the names that browsers have for it', async () => {
  expect((await certificateOf('nginx')).subjectAltName).toContain('DNS:waybill.localhost');
});

test('a probe serves nothing', async () => {
  const { keyUsage, subjectAltName } = await certificateOf('probe');
  expect({ keyUsage, subjectAltName }).toEqual({ keyUsage: [CLIENT_AUTH], subjectAltName: 'DNS:probe' });
});

test('a step that calls PostgreSQL believes, and has no key', async () => {
  expect(Object.keys((await tlsFiles(secrets, EDGE))['migrate-order']!)).toEqual([CA_FILE]);
});

test('a certificate lives for 90 days, and is believed by a clock that is five minutes behind', async () => {
  const { validFromDate, validToDate } = await certificateOf('order');
  expect(Date.now() - validFromDate.getTime()).toBeGreaterThanOrEqual(5 * 60_000);
  expect(validToDate.getTime() - validFromDate.getTime()).toBe(90 * 86_400_000);
});

test('each party has a folder of its own, whose files its owner alone reads', async () => {
  await keepTlsFiles(secrets, EDGE);
  const file = join(secrets.dir, 'tls/payment', PAIR_FILE);
  expect(statSync(file).mode & 0o777).toBe(0o400);
  expect(new X509Certificate(readFileSync(file)).subject).toBe('CN=payment');
});
