// The whole system: what listens speaks TLS and nothing else, and who may not call a replica is not let in.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { SERVICES } from '@waybill/contracts';
import { CA_FILE, PAIR_FILE, TLS_FOLDER } from '@waybill/deploy';
import { eventually } from '@waybill/testing';
import { down, instanceOf, readConnections, restart, status, up } from '../index.ts';
import { listenedToBy } from '../ports.ts';
import { treeOf } from '../supervision/process-tree.ts';
import { rotateCertificates } from '../verbs/certificates.ts';
import { defaultPorts, everyUnit, portKey } from '../topology.ts';
import { tokenOf } from '../verbs/token-of.ts';
import { Capture, mayCapture, WHY_NOT } from '../wire/capture.ts';
import { secretsBelow, WireReader } from '../wire/reader.ts';
import { certificateAt, CLEAR_PORTS, type TlsPort, tlsPorts } from './tls-ports.ts';

const INSTANCE = 'tls-spec';
const UP_WITHIN_MS = 240_000;
const HOST = '127.0.0.1';
const QUIET_MS = 1_000;
const MAILED_WITHIN = { timeoutMs: 60_000 };

const { paths } = instanceOf(INSTANCE);
const fileOf = (party: string, file: string) => readFileSync(join(paths.secrets, TLS_FOLDER, party, file), 'utf8');

let ports: Readonly<Record<string, number>>;
let speakTls: readonly TlsPort[];
let ca: string;
beforeAll(async () => {
  await up({ instance: INSTANCE, with: ['haproxy'], report: () => {} });
  ports = JSON.parse(readFileSync(paths.ports, 'utf8')) as Record<string, number>;
  speakTls = tlsPorts(ports);
  ca = fileOf('probe', CA_FILE);
}, UP_WITHIN_MS);
afterAll(() => down({ instance: INSTANCE, purge: true, report: () => {} }), UP_WITHIN_MS);

test('nothing listens but the ports of the topology', async () => {
  const { services } = await status(INSTANCE);
  const known = new Set(Object.values(ports));
  const found = listenedToBy(services.flatMap(({ pid }) => (pid ? treeOf(pid) : [])));
  expect(found.size).toBeGreaterThan(20);
  expect([...found].filter((port) => !known.has(port))).toEqual([]);
});

test('each port that may speak clear text is one of the topology', () => {
  const known = everyUnit().flatMap(({ partName, part }) => Object.keys(part.ports).map((name) => portKey(partName, name)));
  expect(Object.keys(CLEAR_PORTS).filter((key) => !known.includes(key))).toEqual([]);
  expect(tlsPorts(defaultPorts()).length).toBeGreaterThan(15);
});

test('every other port shows the certificate of its part, which the CA of the instance has signed', async () => {
  const shown = await Promise.all(
    speakTls.map(async (at) => {
      const { subject } = await certificateAt(at, ca).catch((error: Error) => ({ subject: error.message }));
      return `${at.unit.name} ${at.name}: ${subject}`;
    }),
  );
  expect(shown).toEqual(speakTls.map(({ unit, name }) => `${unit.name} ${name}: CN=${unit.partName}`));
});

/** What a client is told that begins in clear text, in the protocols of the system. */
const GREETINGS: readonly Buffer[] = [
  Buffer.from('GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]),
  // Kafka's ApiVersions.
  Buffer.from([0, 0, 0, 15, 0, 18, 0, 0, 0, 0, 0, 1, 0, 5, 112, 114, 111, 98, 101]),
];

async function answerTo(port: number, greeting: Buffer): Promise<string> {
  const socket = connect({ port, host: HOST });
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(greeting);
  await Promise.race([ended(socket), delay(QUIET_MS)]);
  socket.destroy();
  return answer;
}

const ended = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

/** A refusal that says what is wrong is no service: nginx and Go answer HTTP with 400, and TLS ends with an alert (0x15). */
const isRefusal = (answer: string) => answer === '' || /^HTTP\/1\.[01] 400 /.test(answer) || answer.startsWith('\x15');

test('none of them serves who speaks clear text', async () => {
  const served: string[] = [];
  await Promise.all(
    speakTls
      // These two begin in clear text, and are asked below.
      .filter(({ unit }) => unit.partName !== 'postgres')
      .filter(({ name }) => name !== 'smtp')
      .map(async ({ unit, name, port }) => {
        for (const greeting of GREETINGS) {
          const answer = await answerTo(port, greeting);
          if (!isRefusal(answer)) served.push(`${unit.name} ${name}: ${answer.slice(0, 80)}`);
        }
      }),
  );
  expect(served).toEqual([]);
});

test('PostgreSQL refuses who signs in without TLS', async () => {
  const body = Buffer.from('user\0order_app\0database\0order\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(3 << 16, 4);
  const answer = await answerTo(ports['postgres.sql']!, Buffer.concat([head, body]));
  // invalid_authorization_specification, before any password is asked for.
  expect(answer[0]).toBe('E');
  expect(answer).toContain('C28000\0');
});

test('the mail server takes neither a password nor a mail before STARTTLS', async () => {
  const socket = connect({ port: ports['outside-world.smtp']!, host: HOST });
  const answers: string[] = [];
  for (const line of ['', 'EHLO spec\r\n', 'AUTH PLAIN AG1haWwAcGFzc3dvcmQ=\r\n', 'MAIL FROM:<a@example.com>\r\n']) {
    const answer = once(socket, 'data');
    if (line) socket.write(line);
    answers.push(String((await answer)[0]));
  }
  socket.destroy();
  const [greeting, extensions, signedIn, mail] = answers;
  expect(greeting).toMatch(/^220 /);
  expect(extensions).toMatch(/^250[ -]STARTTLS\r$/m);
  for (const refused of [signedIn, mail]) expect(refused).toMatch(/^5\d\d /);
});

/** The first line of the answer of a replica, or what ended the connection. */
async function replicaSays(port: number, pair: string | undefined): Promise<string> {
  const socket = connectTls({ port, host: HOST, ca, ...(pair && { key: pair, cert: pair }) });
  let answer = '';
  let failure = '';
  socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
  socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => (failure = code));
  socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  await ended(socket);
  return answer.split('\r\n')[0] || failure;
}

const OTHERS = [...SERVICES, 'postgres', 'rabbitmq', 'kafka', 'identity', 'outside-world', 'postgres-exporter'];

test.each(SERVICES)('%s lets in who has a certificate for calling, and nobody else', async (service) => {
  const port = ports[`${service}-1.http`]!;
  for (const caller of ['nginx', 'haproxy', 'prometheus', 'console', 'probe'])
    expect({ caller, says: await replicaSays(port, fileOf(caller, PAIR_FILE)) }).toEqual({ caller, says: 'HTTP/1.1 200 OK' });
  expect(await replicaSays(port, undefined)).toBe('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
  // Node's server hangs up on a certificate that is not for calling, without a word.
  for (const caller of OTHERS)
    expect({ caller, says: await replicaSays(port, fileOf(caller, PAIR_FILE)) }).toEqual({ caller, says: '' });
});

/** Places an order through a balancer as a program for a customer with an address, and waits for its mail. */
async function orderThrough(edge: string): Promise<void> {
  const authorization = `Bearer ${await tokenOf('machine', INSTANCE)}`;
  const body = {
    ...{ customerId: 'captured', email: 'captured@example.com', currency: 'EUR' },
    ...{ lines: [{ sku: 'mug-enamel', quantity: 2 }], paymentMethod: 'pm_ok' },
  };
  const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': `captured-${edge}` };
  const answer = await fetch(`${edge}/api/orders`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { id } = (await answer.json()) as { id: string };
  await eventually(
    'the order has its mail',
    async () => {
      const mails = await fetch(`${edge}/api/notifications?orderId=${id}`, { headers: { authorization } });
      return ((await mails.json()) as { sentAt?: string }[]).some(({ sentAt }) => sentAt !== undefined);
    },
    MAILED_WITHIN,
  );
}

/** What nobody else asks here by HTTPS, each with what must not be read: a token, a password. */
async function askOverHttps(): Promise<void> {
  const { management, deploy } = readConnections(INSTANCE).rabbitmq;
  const byToken = { authorization: `Bearer ${await tokenOf('machine', INSTANCE)}` };
  const byPassword = { authorization: `Basic ${Buffer.from(`${deploy.user}:${deploy.password}`).toString('base64')}` };
  for (const [url, headers] of [
    [`https://${HOST}:${ports['nginx.https']}/api/products`, byToken],
    [`https://${HOST}:${ports['haproxy.https']}/api/products`, byToken],
    [`${management}/api/whoami`, byPassword],
  ] as const)
    expect((await fetch(url, { headers })).status).toBe(200);
}

const captures = mayCapture();
const whereOneMayCapture = captures ? test : test.skip;
if (!captures) console.log(`The wire is not looked at: ${WHY_NOT}.`);

whereOneMayCapture(
  'orders, and sign-ins to every server, leave nothing on the wire that somebody without a key could read',
  async () => {
    const reader = new WireReader(ports, secretsBelow(paths.secrets));
    const capture = await Capture.start(Object.values(ports), reader.read);
    const { urls } = await status(INSTANCE);
    for (const edge of [urls['edge']!, urls['haproxy']!]) await orderThrough(edge);
    await askOverHttps();
    // They sign in to every server again.
    await Promise.all(SERVICES.map((service) => restart(`${service}-1`, INSTANCE)));
    await capture.end();
    // It finds what is there: a browser's side of the balancers is in clear text.
    for (const edge of ['nginx.edge', 'haproxy.edge'])
      expect([...reader.heard.get(edge)!.read]).toEqual(expect.arrayContaining(['an e-mail address', 'a token', 'a way to pay']));
    const silent = speakTls.filter(({ unit, name }) => reader.heard.get(portKey(unit.name, name))!.packets === 0);
    expect(silent.map(({ unit, name }) => portKey(unit.name, name))).toEqual([]);
    expect(reader.problems()).toEqual([]);
  },
  180_000,
);

test('new certificates are shown at every port, and nobody who works was restarted for them', async () => {
  const pids = async () =>
    (await status(INSTANCE)).services.flatMap(({ name, pid }) => (name === 'nginx-exporter' ? [] : [`${name} ${pid}`]));
  const [before, old] = [await pids(), await Promise.all(speakTls.map((at) => certificateAt(at, ca)))];
  await rotateCertificates({ instance: INSTANCE, report: () => {} });
  const now = await Promise.all(speakTls.map((at) => certificateAt(at, ca)));
  expect(now.filter((certificate, index) => certificate.fingerprint256 === old[index]!.fingerprint256)).toEqual([]);
  expect(await pids()).toEqual(before);
}, 60_000);
