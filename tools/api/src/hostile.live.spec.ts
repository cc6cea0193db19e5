// What a hostile client sends through the balancers, to the services as they run: requests that mean two things, bytes that come
// slowly, and 100,000 requests that are nearly right.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditWhenQuiet, readEvidence, runningStack } from '@waybill/demo';
import { down, instanceOf, serviceReplicas } from '@waybill/stack';
import { type IssuerUnderTest, type RawAnswer, RawConnection, randomFrom, rawBytes } from '@waybill/testing';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { differencesFrom, type Document } from './described-answer.ts';
import { type HostileRequest, HostileRequests, type WithRequests } from './hostile-requests.ts';
import { documentFile } from './public-api.ts';
import { unclearRequests } from './unclear-requests.ts';
import { upWithAnIssuerOfItsOwn } from './with-an-issuer-of-its-own.ts';

const INSTANCE = 'hostile-spec';
const UP_WITHIN_MS = 240_000;
/** So many a replica must have answered. nginx refuses some by itself. */
const ANSWERED = 100_000;
const AT_A_TIME = 5_000;
const CONNECTIONS = 32;
const BALANCERS = ['edge', 'haproxy'] as const;
const QUIET_WITHIN_MS = 120_000;

const document = JSON.parse(readFileSync(documentFile, 'utf8')) as Document & WithRequests;
const differences = differencesFrom(document);

let issuer: IssuerUnderTest;
let urls: Readonly<Record<string, string>>;
let own: string;
let tokens: string[];
beforeAll(async () => {
  // Its tokens are good for longer than the test takes, and no person signs in.
  ({ issuer, urls } = await upWithAnIssuerOfItsOwn(INSTANCE));
  own = await issuer.tokenOf({ sub: 'ada', email: 'ada@example.com' });
  tokens = [
    ...[own, own, own, await issuer.tokenOf({ sub: 'eve', email: 'eve@example.com' })],
    ...(await Promise.all(['support', 'operator', 'machine'].map((role) => issuer.tokenOf({ sub: role, roles: [role] })))),
  ];
}, UP_WITHIN_MS);
afterAll(() => down({ instance: INSTANCE, purge: true, report: () => {} }), UP_WITHIN_MS);
afterAll(() => issuer.close());

const portOf = (origin: string) => Number(new URL(urls[origin]!).port);

/** Of all replicas: the sum of a figure, or its greatest value. */
async function figures(name: string): Promise<number[]> {
  const texts = await Promise.all(
    serviceReplicas().map(async (replica) => (await fetch(`${urls['operations']}/${replica}/metrics`)).text()),
  );
  return texts.map((text) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(name) && !line.includes('route="/health') && !line.includes('route="/metrics'))
      .reduce((sum, line) => sum + Number(line.split(' ').find((word) => /^[\d.e+]+$/.test(word))), 0),
  );
}
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const answeredByReplicas = async () => total(await figures('waybill_http_request_seconds_count'));
const memoryInMb = async () => (await figures('process_resident_memory_bytes')).map((bytes) => Math.round(bytes / 2 ** 20));

/** The lines that replicas have written of requests. */
const linesOfReplicas = () =>
  serviceReplicas().flatMap((replica) =>
    readFileSync(join(instanceOf(INSTANCE).paths.logs, `${replica}.log`), 'utf8').split('\n'),
  );

/** What a slow client has seen: how long it was let be, and what it was told. */
interface Slow {
  readonly seconds: number;
  readonly status: string | undefined;
}

/** Begins with `head`, and goes on with a letter each half second until the balancer has enough, or for `giveUpMs`. */
function slowly(port: number, head: string, drips: boolean, giveUpMs: number): Promise<Slow> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const started = Date.now();
    let said = '';
    const drip = setInterval(() => drips && socket.write('x'), 500);
    const enough = setTimeout(() => socket.destroy(), giveUpMs);
    socket.setEncoding('latin1').on('data', (piece: string) => (said += piece));
    socket.once('error', () => {});
    socket.once('close', () => {
      clearInterval(drip);
      clearTimeout(enough);
      resolve({ seconds: (Date.now() - started) / 1_000, status: /^HTTP\/1\.1 (\d+)/.exec(said)?.[1] });
    });
    socket.write(head);
  });
}

const SLOW_CLIENTS = 100;
const GIVE_UP_MS = 60_000;
/** They are there while the other tests ask. */
let slow: Promise<Record<string, Slow[]>>;
beforeAll(() => {
  const head = 'GET /api/products HTTP/1.1\r\nHost: localhost\r\nX: ';
  const body = 'POST /api/orders HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: slow\r\nContent-Length: 60000\r\n\r\n{';
  const many = async (origin: string, bytes: string, drips: boolean) =>
    Promise.all(Array.from({ length: SLOW_CLIENTS / 4 }, () => slowly(portOf(origin), bytes, drips, GIVE_UP_MS)));
  const all = BALANCERS.flatMap((balancer) => [
    many(balancer, head, true).then((seen) => [`${balancer}, headers that drip`, seen] as const),
    many(balancer, head, false).then((seen) => [`${balancer}, headers that stop`, seen] as const),
    many(balancer, body, true).then((seen) => [`${balancer}, a body that drips`, seen] as const),
    many(balancer, body, false).then((seen) => [`${balancer}, a body that stops`, seen] as const),
  ]);
  slow = Promise.all(all).then((seen) => Object.fromEntries(seen));
});

test.each(BALANCERS)('a request that could be two is one or none behind %s', async (balancer) => {
  const before = await answeredByReplicas();
  const hidden = `/api/hidden-behind-${balancer}`;
  const requests = Object.entries(unclearRequests(hidden));
  const seen = await Promise.all(
    requests.map(async ([name, text], at) => {
      const named = text.replace('Host: localhost', `Host: localhost\r\nX-Request-Id: unclear-${balancer}-${at}.`);
      const answers = [...(await rawBytes(portOf(balancer), Buffer.from(named, 'latin1'))).matchAll(/HTTP\/1\.[01] (\d{3})/g)];
      return {
        name,
        id: `unclear-${balancer}-${at}.`,
        statuses: answers.map(([, code]) => code!).filter((code) => code !== '100'),
      };
    }),
  );
  expect(seen.filter(({ statuses }) => statuses.length !== 1)).toEqual([]);
  const written = linesOfReplicas();
  expect(written.filter((line) => line.includes(hidden) && !line.includes('%0d%0a'))).toEqual([]);
  const arrived = seen.map(({ name, id }) => ({
    name,
    times: written.filter((line) => line.includes(`"${id}"`) && line.includes('"request"')).length,
  }));
  expect(arrived.filter(({ times }) => times > 1)).toEqual([]);
  // A replica has read each that has reached it: it has counted no others than those that it has named.
  expect((await answeredByReplicas()) - before).toBe(arrived.reduce((sum, { times }) => sum + times, 0));
});

/** What must hold of whatever is answered. Undefined when it does. */
async function wrongWith({ operation, asDescribed, bytes }: HostileRequest, answer: RawAnswer): Promise<string | undefined> {
  const { statusCode, headers, payload } = answer;
  if (statusCode >= 500 && !(statusCode === 503 && headers['retry-after'])) return `it is answered ${statusCode}`;
  if (bytes.toString('latin1', 0, 5) === 'HEAD ' || statusCode === 204) return undefined;
  if (statusCode >= 400) {
    if (!/^application\/problem\+json(; charset=utf-8)?$/.test(headers['content-type'] ?? ''))
      return `a ${statusCode} has ${headers['content-type']}`;
    if ((JSON.parse(payload) as { status: number }).status !== statusCode) return `the status of a ${statusCode} is another one`;
  }
  if (!asDescribed) return undefined;
  const [different] = await differences(operation, new Response(payload, { status: statusCode, headers }));
  return different;
}

const shown = ({ bytes }: HostileRequest) =>
  bytes
    .toString()
    .replaceAll(/eyJ[\w.-]+/g, 'eyJ...')
    .slice(0, 1_000);

test('100,000 requests made from the description break nothing: no 5xx, problems alone, one order for each that was accepted, memory flat', async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 32);
  const random = randomFrom(seed);
  const requests = new HostileRequests(document, tokens, random);
  const connections = Array.from({ length: CONNECTIONS }, () => new RawConnection(portOf('edge')));
  const statuses: Record<string, number> = {};
  const wrong: string[] = [];
  const accepted = new Map<string, string>();

  const ask = async (connection: RawConnection, request: HostileRequest): Promise<number> => {
    try {
      const answer = await connection.ask(request.bytes);
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
      const different = await wrongWith(request, answer);
      if (different) wrong.push(`${different}: ${shown(request)}`);
      if (answer.statusCode === 202 && request.operation === 'POST /api/orders' && request.asDescribed) {
        const order = JSON.parse(answer.payload) as { id: string; total: number; currency: string };
        accepted.set(order.id, `${order.total} ${order.currency}`);
        if (requests.known.length < 100) requests.known.push(order.id);
      }
      return answer.statusCode;
    } catch (error) {
      wrong.push(`${String(error)}: ${shown(request)}`);
      return 0;
    }
  };

  // What it is made from is right, or most of what follows would only be refused for that.
  const valid: Record<string, number> = {};
  for (const operation of requests.operations) valid[operation] = await ask(connections[0]!, requests.valid(operation, own));
  expect(Object.entries(valid).filter(([, code]) => code !== 200 && code !== 202)).toEqual([]);

  const answeredBefore = await answeredByReplicas();
  const started = Date.now();
  let sent = 0;
  const sendUntil = (end: number) =>
    Promise.all(
      connections.map(async (connection) => {
        while (sent < end && wrong.length < 10) {
          sent += 1;
          await ask(connection, requests.next());
        }
      }),
    );
  await sendUntil(ANSWERED / 3);
  const memoryBefore = await memoryInMb();
  let answered = 0;
  do {
    await sendUntil(Math.max(ANSWERED, sent + AT_A_TIME));
    answered = (await answeredByReplicas()) - answeredBefore;
  } while (answered < ANSWERED && wrong.length === 0);
  const seconds = (Date.now() - started) / 1_000;
  const memory = await memoryInMb();
  for (const connection of connections) connection.close();
  process.stdout.write(
    `FUZZ_SEED=${seed}: ${sent} requests in ${seconds.toFixed(0)} s, ${answered} answered by a replica, ${accepted.size} orders; ` +
      `by status ${JSON.stringify(statuses)}; memory of each replica ${memoryBefore.join(', ')} and then ${memory.join(', ')} MB\n`,
  );

  expect({ seed, wrong }).toEqual({ seed, wrong: [] });
  // It says so when it has no connection to its database in time.
  expect(statuses['503'] ?? 0).toBeLessThan(sent / 1_000);

  const stack = await runningStack(INSTANCE);
  const { evidence, violations } = await auditWhenQuiet(() => readEvidence(stack), { graceMs: QUIET_WITHIN_MS });
  expect(violations).toEqual([]);
  expect(new Map(evidence.orders.map(({ id, total, currency }) => [id, `${total} ${currency}`]))).toEqual(accepted);
  expect(troubleInLogs()).toEqual([]);
  expect(memory.map((mb, at) => mb - memoryBefore[at]!).filter((growth) => growth > 60)).toEqual([]);
}, 600_000);

/** Lines of any process that tell of an error, or are none: what Node writes of an exception that nobody has caught. */
function troubleInLogs(): string[] {
  const { logs } = instanceOf(INSTANCE).paths;
  return serviceReplicas()
    .map((replica) => join(logs, `${replica}.log`))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1))
    .filter((line) => !/^\{.*"log\.level":"(debug|info|warn)"/.test(line))
    .slice(0, 5);
}

test(`${SLOW_CLIENTS} clients at each balancer that send a letter now and then, or nothing more, are cut off, and hold no replica meanwhile`, async () => {
  const seen = await slow;
  const summary = Object.fromEntries(
    Object.entries(seen).map(([name, clients]) => [
      name,
      {
        longest: Math.max(...clients.map(({ seconds }) => seconds)),
        statuses: [...new Set(clients.map(({ status }) => status))],
      },
    ]),
  );
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  const NOT_CUT = 'edge, a body that drips';
  for (const [name, { longest }] of Object.entries(summary))
    if (name !== NOT_CUT) expect([name, longest < 30]).toEqual([name, true]);
  // nginx counts from letter to letter. It keeps such a body to itself, and docs/edge.md says so.
  expect(summary[NOT_CUT]!.longest).toBeGreaterThan(30);
  expect(linesOfReplicas().filter((line) => line.includes('"slow"'))).toEqual([]);
});
