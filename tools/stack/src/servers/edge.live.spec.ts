// nginx and HAProxy as they really run, with stand-ins for the services: what a client and a replica see of either.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, rawHttp } from '@waybill/testing';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as send, type IncomingMessage } from 'node:http';
import { request as sendSecurely } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CA_FILE, PAIR_FILE, Secrets, tlsFiles } from '@waybill/deploy';
import { projectRoot } from '@waybill/kit';
import { down, instanceOf, readConnections, reload, serviceReplicas, status as stackStatus, up } from '../index.ts';
import { type Asked, breaksOff, hangUp, saysNothing, StandIns, status } from './stand-in.ts';

const NAME = `edge-${process.pid}`;
/** The same once more, with a limit that a machine exceeds however slow it is. */
const STRICT = `${NAME}-strict`;
const LIMIT = 10;
/** At once; each has a connection to a balancer, and that one to a replica. */
const CLIENTS = 2_000;
const places = instanceOf(NAME).paths;
const replicas = new StandIns();
/** Of its own: a second balancer's checks would be counted as the first one's. */
const strictReplicas = new StandIns();
let urls: Readonly<Record<string, string>>;
let strictUrls: typeof urls;

/** The name of the edge. */
const NAMED = 'shop.example';

beforeAll(async () => {
  process.env['WAYBILL_HOST'] = NAMED;
  process.env['WAYBILL_CLIENT_REQUESTS_PER_SECOND'] = String(10 * CLIENTS);
  urls = await bringUp(NAME, replicas);
  process.env['WAYBILL_CLIENT_REQUESTS_PER_SECOND'] = String(LIMIT);
  strictUrls = await bringUp(STRICT, strictReplicas);
});
afterAll(async () => {
  for (const name of [NAME, STRICT]) await down({ instance: name, purge: true, report: () => undefined });
  for (const each of [replicas, strictReplicas]) each.close();
});

async function bringUp(name: string, standIns: StandIns): Promise<Readonly<Record<string, string>>> {
  const ports: Record<string, number> = {};
  const { dir, ports: file, secrets } = instanceOf(name).paths;
  mkdirSync(dir, { recursive: true });
  // The start makes others, by the same CA.
  const files = await tlsFiles(new Secrets(secrets), []);
  for (const replica of serviceReplicas()) {
    const { [CA_FILE]: ca, [PAIR_FILE]: pair } = files[replica.replace(/-\d+$/, '')]!;
    ports[`${replica}.http`] = await standIns.add(replica, { ca: ca!, pair: pair! });
  }
  writeFileSync(file, JSON.stringify(ports));
  await up({ instance: name, only: ['nginx', 'haproxy'], report: () => undefined });
  return (await stackStatus(name)).urls;
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
interface Request {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Loopback has many addresses. */
  readonly from?: string;
}

/** Each address of the API, and what it has. */
const API = Object.entries(
  (JSON.parse(readFileSync(join(projectRoot, 'infra/nginx/docs/openapi.json'), 'utf8')) as { paths: Record<string, object> })
    .paths,
).map(
  ([path, methods]) =>
    [
      path,
      [
        ...('get' in methods ? ['GET, HEAD'] : []),
        ...('post' in methods ? ['POST'] : []),
        ...('delete' in methods ? ['DELETE'] : []),
        'OPTIONS',
      ].join(', '),
    ] as const,
);

const KEYED = { method: 'POST', headers: { 'idempotency-key': 'k' }, body: '{}' };
const SECURITY = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};
const OF_A_PAGE = {
  ...SECURITY,
  'content-security-policy': expect.stringMatching(/^default-src '(self|none)'; (?!.*unsafe)/),
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': expect.stringContaining('camera=()'),
};

describe('haproxy', () => {
  const askedNow = async () => {
    replicas.asked.length = 0;
    await Promise.all(Array.from({ length: 4 }, () => fetch(`${urls['haproxy']}/api/products`)));
    return [...replicas.asked];
  };
  const isAsked = async (name: string) => (await askedNow()).some(({ by }) => by === name);

  /** More often than it takes to leave a replica. */
  const checkedOften = () => {
    replicas.checks.clear();
    return eventually('each replica was checked four times', () =>
      ['order-1', 'order-2'].every((name) => (replicas.checks.get(name) ?? 0) >= 4),
    );
  };

  test('leaves a replica alone that is being stopped, before its port closes, and takes it back', async () => {
    replicas.checks.clear();
    replicas.health.set('order-1', 'shutting_down');
    const asked: Asked[] = [];
    await eventually('order-1 was checked five times', async () => {
      asked.push(...(await askedNow()));
      return (replicas.checks.get('order-1') ?? 0) >= 5;
    });
    // Two checks take less than the second for which the services answer on: docs/timeouts.md holds them against it.
    expect(asked.filter(({ by, checked }) => by === 'order-1' && checked > 2)).toEqual([]);
    replicas.health.delete('order-1');
    await eventually('order-1 is back', () => isAsked('order-1'));
  });

  test('leaves a replica alone that cannot reach its database, and takes it back', async () => {
    replicas.checks.clear();
    replicas.health.set('order-1', 'error');
    await checkedOften();
    await eventually('order-1 is left alone', async () => !(await isAsked('order-1')));
    replicas.health.clear();
    await eventually('order-1 is back', () => isAsked('order-1'));
  });

  test('asks its replicas all the same when the checks say that none is left', async () => {
    replicas.health.set('order-1', 'shutting_down').set('order-2', 'shutting_down');
    await checkedOften();
    expect((await fetch(`${urls['haproxy']}/api/products`)).status).toBe(200);
    replicas.health.clear();
  });
});

describe('the operations origin', () => {
  test.each(['/', '/orders/0199c1de-5b1a-7c3e-9d4f-0123456789ab', '/dead-letters'])(
    'answers %s with the console',
    async (path) => {
      const answer = await fetch(urls['operations'] + path);
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('<title>Waybill console</title>')]);
      expect(Object.fromEntries(answer.headers)).toMatchObject(OF_A_PAGE);
    },
  );

  test.each([
    ['/learn/', 'text/html; charset=utf-8', 'Documentation · Waybill'],
    ['/learn/guarantees.html', 'text/html; charset=utf-8', 'Guarantees · Waybill'],
    ['/learn/index.zh-CN.html', 'text/html; charset=utf-8', '文档'],
    ['/learn/search.json', 'application/json', '"address":"/learn/guarantees.html'],
  ])('answers %s with the site of the documents', async (path, type, words) => {
    const answer = await fetch(urls['operations'] + path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(await answer.text()).toContain(words);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ ...OF_A_PAGE, 'cache-control': 'no-cache' });
  });

  test('leads from /learn to its slash, and has nothing beside the site', async () => {
    const answer = await fetch(`${urls['operations']}/learn`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([301, '/learn/']);
    for (const path of ['/learn/gone.html', '/learn/..%2fconsole/index.html', '/learn/%2e%2e/shop/index.html', '/learn/assets/'])
      expect((await fetch(urls['operations'] + path)).status).toBe(404);
  });

  const operationsPort = async (balancer: string) =>
    (await stackStatus(NAME)).services.find(({ name }) => name === balancer)!.ports['operations']!;

  test.each([
    ...['/', '/order-1/metrics', '/console/api/state', '/health/live'].map((path) => ['nginx', path] as const),
    ...['/', '/metrics', '/health/live'].map((path) => ['haproxy', path] as const),
  ])('of %s answers %s to no name that another site has led here', async (balancer, path) => {
    const port = await operationsPort(balancer);
    const head = `GET ${path} HTTP/1.1\r\nHost: evil.example:${port}\r\n\r\n`;
    expect((await rawHttp(port, head)).statusCode).toBe(421);
  });

  // HAProxy's container asks itself by HTTP/1.0.
  test.each(['nginx', 'haproxy'])('of %s answers to its own names, and to who gives none', async (balancer) => {
    const port = await operationsPort(balancer);
    for (const host of [`127.0.0.1:${port}`, 'LOCALHOST', '[::1]', `${NAMED}:1`]) {
      const head = `GET /health/live HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
      expect(`${host} ${(await rawHttp(port, head)).statusCode}`).toBe(`${host} 200`);
    }
    expect((await rawHttp(port, 'GET /health/live HTTP/1.0\r\n\r\n')).statusCode).toBe(200);
  });

  test('leads to the dead letters of each replica, for the command line', async () => {
    replicas.asked.length = 0;
    await fetch(`${urls['operations']}/payment-2/operations/dead-letters?limit=2`);
    expect(replicas.asked).toMatchObject([{ by: 'payment-2', url: '/operations/dead-letters?limit=2' }]);
    replicas.asked.length = 0;
  });

  test.each(['/health/ready', '/metrics'])('leads to %s of each replica', async (path) => {
    replicas.asked.length = 0;
    await fetch(`${urls['operations']}/order-2${path}`);
    expect(replicas.asked).toMatchObject([{ by: 'order-2', url: path }]);
    replicas.asked.length = 0;
  });

  // The API has its limits and its log on the public origin.
  test.each([
    '/order-9/health/ready',
    '/nothing',
    '/operations/dead-letters',
    '/order-1/',
    '/order-1/api/orders',
    '/order-1/metrics/api',
    '/order-1/health/%2e%2e/api/orders',
    '/order-1/health/%0d%0aX:1',
  ])('has nothing at %s', async (path) => {
    replicas.asked.length = 0;
    const { port } = new URL(urls['operations']!);
    const answer = await rawHttp(Number(port), `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
    expect([answer.statusCode, replicas.asked]).toEqual([404, []]);
  });
});

describe.each([
  ['nginx', 'edge'],
  ['haproxy', 'haproxy'],
])('%s', (balancer, url) => {
  /** Over a connection of its own. */
  const ask = (
    path: string,
    { method = 'GET', headers = {}, body = '', from = '127.0.0.1' }: Request = {},
    origin = urls[url],
  ): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const sized = body && !('transfer-encoding' in headers) ? { 'content-length': String(Buffer.byteLength(body)) } : {};
      const options = { method, agent: false, localAddress: from, headers: { ...headers, ...sized } };
      const outgoing = send(`${origin}${path}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  const expectProblem = (answer: Answered, code: number) => {
    expect(answer).toMatchObject({ status: code, headers: { 'content-type': 'application/problem+json', ...SECURITY } });
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'about:blank', status: code });
  };

  beforeEach(async () => {
    replicas.next = [];
    await eventually('both replicas of order are asked', async () => {
      const before = replicas.asked.length;
      await Promise.all([ask('/api/products'), ask('/api/products')]);
      return new Set(replicas.asked.slice(before).map(({ by }) => by)).size === 2;
    });
    replicas.asked.length = 0;
  });

  test.each([
    ['/api/orders', 'order', 'POST'],
    ['/api/orders?customerId=1', 'order'],
    ['/api/orders/1', 'order'],
    ['/api/orders/1/history', 'order'],
    ['/api/orders/1/cancel', 'order', 'POST'],
    ['/api/customers/me', 'order', 'DELETE'],
    ['/api/products?page=2', 'order'],
    ['/api/payments?orderId=1', 'payment'],
    ['/api/notifications?orderId=1', 'notification'],
  ])('leads %s to %s', async (path, service, method = 'GET') => {
    const { headers } = await ask(path, { method });
    expect(replicas.asked).toMatchObject([{ by: expect.stringMatching(`^${service}-`), url: path }]);
    expect(headers).toMatchObject(SECURITY);
  });

  test.each([
    '/index.html',
    '/console',
    '/orders/',
    '/assets/',
    '/assets/gone-12345678.js',
    '/api',
    '/api/productss',
    '/health/ready',
    '/metrics',
    '/order-1/metrics',
  ])('has nothing at %s', async (path) => {
    expectProblem(await ask(path), 404);
    expect(replicas.asked).toEqual([]);
  });

  test.each([
    '/dead-letters',
    '/console/api/dead-letters/groups',
    '/operations/dead-letters',
    '/operations/dead-letters/redrive',
    '/api/operations/dead-letters',
    '/order-1/operations/dead-letters',
    '/api/orders/%2e%2e/%2e%2e/operations/dead-letters',
  ])('has no way to the dead letters: %s', async (path) => {
    for (const method of ['GET', 'POST']) expectProblem(await ask(path, { method }), 404);
    expect(replicas.asked).toEqual([]);
  });

  test('has the page of the API at /docs, with a policy of its own', async () => {
    const { status: code, headers } = await ask('/docs');
    expect([code, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers).toMatchObject({ ...OF_A_PAGE, 'x-request-id': expect.any(String) });
  });

  test.each(['/', '/basket', '/orders', '/orders/0199c1de-5b1a-7c3e-9d4f-0123456789ab'])(
    'answers %s with the shop, whose policy runs its own files alone, and which is asked for again each time',
    async (path) => {
      const { status: code, headers, body } = await ask(path);
      expect([code, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers).toMatchObject({
        ...OF_A_PAGE,
        'x-request-id': expect.any(String),
        'cache-control': 'no-cache',
      });
      expect(body).toContain('<title>Waybill shop</title>');
      expect((await ask(path, { headers: { 'if-none-match': headers.etag! } })).status).toBe(304);
      expectProblem(await ask(path, { method: 'POST' }), 405);
      expect(replicas.asked).toEqual([]);
    },
  );

  test('says where the shop signs people in, and lets its page ask there and nowhere else', async () => {
    const { headers, body } = await ask('/sign-in.json');
    const { issuer } = JSON.parse(body) as { issuer: string };
    expect([issuer, headers['content-type']]).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:/), 'application/json']);
    expect((await ask('/')).headers['content-security-policy']).toContain(`connect-src 'self' ${issuer};`);
    expect((await ask('/sign-in.json', { method: 'POST' })).status).toBe(405);
  });

  test("gives the shop's scripts and styles compressed, to be kept for good", async () => {
    const assets = [...(await ask('/')).body.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(assets.map((path) => path.split('.').at(-1)).sort()).toEqual(['css', 'js']);
    for (const path of assets) {
      const { status: code, headers } = await ask(path, { headers: { 'accept-encoding': 'gzip' } });
      expect([code, headers['content-type'], headers['content-encoding']]).toEqual([
        200,
        path.endsWith('js') ? 'text/javascript' : 'text/css',
        'gzip',
      ]);
      expect(headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', vary: 'Accept-Encoding' });
    }
  });

  test('takes a body of 64 KB and none that is larger', async () => {
    expect((await ask('/api/orders', { ...KEYED, body: 'x'.repeat(65_536) })).status).toBe(202);
    expectProblem(await ask('/api/orders', { ...KEYED, body: 'x'.repeat(65_537) }), 413);
    expect(replicas.asked).toHaveLength(1);
  });

  const raw = (head: string) => rawHttp(Number(new URL(urls[url]!).port), `${head.replaceAll('\n', '\r\n')}\r\n\r\n`);
  const rawProblem = async (head: string, code: number) => {
    const { statusCode, headers, payload } = await raw(head);
    expectProblem({ status: statusCode, headers, body: payload }, code);
    return headers;
  };

  test('refuses an address and a header that are too long', async () => {
    expectProblem(await ask(`/api/products?q=${'x'.repeat(8_200)}`), 414);
    expectProblem(await ask('/api/products', { headers: { cookie: 'x'.repeat(40_000) } }), 431);
    expectProblem(await ask('/api/products', { headers: { cookie: 'x'.repeat(10_000) } }), 431);
    expect(replicas.asked).toEqual([]);
  });

  // Before 3.2 HAProxy has a page of its own for what its parser refuses, whatever its configuration says.
  const hasOwnPage = async (): Promise<boolean> => {
    if (balancer === 'nginx') return false;
    const operations = (await stackStatus(NAME)).services.find(({ name }) => name === 'haproxy')!.ports['operations'];
    const figures = await (await fetch(`http://127.0.0.1:${operations}/metrics`)).text();
    const [, major, minor] = /haproxy_process_build_info\{version="(\d+)\.(\d+)/.exec(figures)!;
    return Number(major) < 3 || (major === '3' && Number(minor) < 2);
  };
  test.each([
    ['a header without a name', 'GET /api/products HTTP/1.1\nHost: localhost\n: nothing', 'page'],
    ['no HTTP at all', 'hello', 'page'],
    ['a version that is none', 'GET /api/products HTTP/x', 'page'],
    ['two Hosts', 'GET /api/products HTTP/1.1\nHost: localhost\nHost: b', 'page'],
    ['two lengths', 'POST /api/orders HTTP/1.1\nHost: localhost\nContent-Length: 1\nContent-Length: 2', 'page'],
    ['HTTP/1.1 without a Host', 'GET /api/products HTTP/1.1', 'problem'],
  ])('refuses %s', async (_what, head, from) => {
    if (from === 'page' && (await hasOwnPage())) expect((await raw(head)).statusCode).toBe(400);
    else await rawProblem(head, 400);
    expect(replicas.asked).toEqual([]);
  });

  test('refuses headers that fill more than a buffer', async () => {
    const head = `GET /api/products HTTP/1.1\nHost: localhost\nX: ${'x'.repeat(200_000)}`;
    if (await hasOwnPage()) expect((await raw(head)).statusCode).toBe(400);
    else await rawProblem(head, 431);
    expect(replicas.asked).toEqual([]);
  });

  test.each([
    ['two names', 'GET http://localhost/api/products HTTP/1.1\nHost: evil.example'],
    ['two names, the other way round', 'GET http://evil.example/api/products HTTP/1.1\nHost: localhost'],
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\n\nSM'],
    ['HTTP/0.9', 'GET /api/products'],
  ])('answers nothing to a request with %s', async (_what, head) => {
    const { statusCode, payload } = await raw(head);
    // HTTP/0.9 has no status.
    expect([0, 400, 421]).toContain(statusCode || 0);
    expect(payload).not.toContain('sku');
    expect(replicas.asked).toEqual([]);
  });

  test('takes HTTP/1.0, which needs no Host', async () => {
    expect((await raw('GET /api/products HTTP/1.0')).statusCode).toBe(200);
    expect(replicas.asked).toMatchObject([{ headers: { host: 'localhost' } }]);
  });

  test.each(['127.0.0.1:8080', 'LOCALHOST', '[::1]:8080', `${NAMED}:1`])('answers to the name %s', async (host) => {
    expect((await raw(`GET /api/products HTTP/1.1\nHost: ${host}`)).statusCode).toBe(200);
    expect(replicas.asked).toHaveLength(1);
  });

  test.each(['evil.example', 'evil.example:8080', '127.0.0.1.evil.example', '[::2]', '2130706433'])(
    'refuses the name %s, which another site has led here',
    async (host) => {
      await rawProblem(`GET /api/products HTTP/1.1\nHost: ${host}`, 421);
      await rawProblem(`POST /api/orders HTTP/1.1\nHost: ${host}\nContent-Length: 0`, 421);
      await rawProblem(`OPTIONS /api/orders HTTP/1.1\nHost: ${host}`, 421);
      expect(replicas.asked).toEqual([]);
    },
  );

  test.each(API)('tells which methods %s has, as it is described, and asks no replica for another', async (path, allow) => {
    const address = path.replace('{id}', '0199c1de-5b1a-7c3e-9d4f-0123456789ab');
    expect(await raw(`OPTIONS ${address} HTTP/1.1\nHost: localhost`)).toMatchObject({
      statusCode: 204,
      headers: { allow, ...SECURITY },
    });
    for (const method of [
      'TRACE',
      'QUERY',
      'PROPFIND',
      'BREW',
      ...['GET', 'HEAD', 'POST', 'DELETE'].filter((each) => !allow.includes(each)),
    ]) {
      const said = `${method} ${address} HTTP/1.1\nHost: localhost`;
      if (method === 'HEAD') expect(await raw(said)).toMatchObject({ statusCode: 405, headers: { allow } });
      else expect(await rawProblem(said, 405)).toMatchObject({ allow });
    }
    expect(replicas.asked).toEqual([]);
    if (allow.includes('GET')) expect((await raw(`HEAD ${address} HTTP/1.1\nHost: localhost`)).statusCode).toBe(200);
  });

  test('tells nothing of an address that there is not, whatever the method', async () => {
    for (const method of ['GET', 'OPTIONS', 'TRACE', 'BREW']) {
      const headers = await rawProblem(`${method} /api/nothing HTTP/1.1\nHost: localhost`, 404);
      expect(headers).not.toHaveProperty('allow');
    }
  });

  test.each(['/api/products/', '/api/orders/', '/api/payments/', '/api/notifications/?orderId=1'])(
    'names the address without the slash of %s',
    async (path) => {
      const answer = await ask(path);
      expectProblem(answer, 404);
      expect(JSON.parse(answer.body)).toMatchObject({
        detail: expect.stringContaining(`${path.split('/?')[0]!.replace(/\/$/, '')}, `),
      });
      expect(replicas.asked).toEqual([]);
    },
  );

  test(`resets none of ${CLIENTS} clients that are there at once: who is one too many is told when to come again`, async () => {
    // Slow replicas: nobody goes before the last one has come.
    replicas.next = Array.from({ length: CLIENTS }, () => (_request, response) => setTimeout(() => response.end(), 2_000));
    const answers = await Promise.all(Array.from({ length: CLIENTS }, () => ask('/api/products')));
    const refused = answers.filter((answer) => answer.status !== 200);
    for (const answer of refused) {
      expectProblem(answer, 503);
      expect(answer.headers['retry-after']).toBe('1');
    }
    // Each costs a handshake with a replica. A machine that is busy gives the more of them up.
    expect(CLIENTS - refused.length).toBeGreaterThan(CLIENTS / 4);
    // A request that the balancer has given up may still lie in a replica's socket: the next test would count it.
    await eventually('the replicas have read what is left', async () => {
      const before = replicas.asked.length;
      await delay(300);
      return replicas.asked.length === before;
    });
  });

  test('hands a request id on and gives it back, and makes one in place of what is no good', async () => {
    const { headers } = await ask('/api/products', { headers: { 'x-request-id': 'mine-1.a_b' } });
    expect(headers['x-request-id']).toBe('mine-1.a_b');
    const others = await Promise.all(
      ['a b', 'x'.repeat(65), 'a"b'].map((id) => ask('/api/products', { headers: { 'x-request-id': id } })),
    );
    const made = others.map((answer) => answer.headers['x-request-id']);
    for (const id of made) expect(id).toMatch(/^[0-9a-f-]{32,36}$/);
    expect(replicas.asked.map((asked) => asked.headers['x-request-id']).sort()).toEqual(['mine-1.a_b', ...made].sort());
  });

  test('tells a replica who asks, whatever the client says of it', async () => {
    await ask('/api/products', { headers: { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' } });
    expect(replicas.asked[0]!.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
  });

  test.each([
    ['a GET', '/api/orders/1', {}],
    ['a POST with a key', '/api/orders', KEYED],
    ['a POST with a key and 60 KB', '/api/orders', { ...KEYED, body: 'x'.repeat(60_000) }],
    ['a POST with a key in chunks', '/api/orders', { ...KEYED, headers: { ...KEYED.headers, 'transfer-encoding': 'chunked' } }],
    ['a POST with a key that expects 100', '/api/orders', { ...KEYED, headers: { ...KEYED.headers, expect: '100-continue' } }],
    ['a cancel', '/api/orders/1/cancel', { method: 'POST' }],
    ['a HEAD', '/api/orders/1', { method: 'HEAD' }],
  ])('asks the other replica when one has died over %s', async (_what, path, request) => {
    replicas.next = [hangUp];
    expect((await ask(path, request)).status).toBe('method' in request && request.method === 'POST' ? 202 : 200);
    expect(replicas.asked.map(({ by }) => by).sort()).toEqual(['order-1', 'order-2']);
  });

  // What is out of an answer when its replica dies: less than its head, all of that, and half of the body too.
  const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n';
  const REPEATABLE = [
    ['a GET', '/api/orders/1', {}],
    ['a POST with a key', '/api/orders', KEYED],
    ['a cancel', '/api/orders/1/cancel', { method: 'POST' }],
  ] as const;

  test.each(REPEATABLE)(
    'asks the other replica when one has died within the head of its answer to %s',
    async (_what, path, request) => {
      replicas.next = [breaksOff(HEAD)];
      expect((await ask(path, request)).status).toBe('method' in request ? 202 : 200);
      expect(replicas.asked.map(({ by }) => by).sort()).toEqual(['order-1', 'order-2']);
    },
  );

  // The client has the status already: nobody can take it back. What came is not passed off as an answer.
  test.each(
    REPEATABLE.flatMap(([what, path, request]) =>
      [`${HEAD}\r\n`, `${HEAD}\r\nhalf`, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'].map(
        (out) => [what, out, path, request] as const,
      ),
    ),
  )(
    'breaks off, and asks nobody else, when a replica has died within the body of its answer to %s: %j',
    async (_what, out, path, request) => {
      replicas.next = [breaksOff(out)];
      await expect(ask(path, request)).rejects.toThrow('aborted');
      expect(replicas.asked).toHaveLength(1);
      expect((await ask(path, request)).status).toBe('method' in request ? 202 : 200);
    },
  );

  test.each(REPEATABLE)('asks the other replica when one says 503 to %s', async (_what, path, request) => {
    replicas.next = [status(503, { 'retry-after': '2' })];
    expect((await ask(path, request)).status).toBe('method' in request ? 202 : 200);
    expect(replicas.asked.map(({ by }) => by).sort()).toEqual(['order-1', 'order-2']);
  });

  test.each([
    ['an order without a key', '/api/orders', {}],
    ['an order whose key is empty', '/api/orders', { 'idempotency-key': '' }],
    ['a POST of any other kind', '/api/orders/1/more', {}],
  ])('sends %s once and no more', async (_what, path, headers) => {
    replicas.next = [hangUp];
    const answer = await ask(path, { method: 'POST', headers, body: '{}' });
    expectProblem(answer, 503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(replicas.asked).toHaveLength(1);
  });

  test('asks the other replica when one says nothing for 5 s', async () => {
    replicas.next = [saysNothing];
    const began = Date.now();
    expect((await ask('/api/orders', KEYED)).status).toBe(202);
    expect(Date.now() - began).toBeGreaterThan(4_500);
    expect(replicas.asked.map(({ by }) => by).sort()).toEqual(['order-1', 'order-2']);
  });

  test('asks two replicas and no more, and answers 503', async () => {
    replicas.next = [hangUp, hangUp];
    const answer = await ask('/api/orders', KEYED);
    expectProblem(answer, 503);
    expect(answer.headers).toMatchObject({ 'retry-after': '1', 'x-request-id': expect.any(String) });
    expect(replicas.asked).toHaveLength(2);
  });

  test("passes a service's own refusal on as it is, after the other replica was asked", async () => {
    replicas.next = [status(503, { 'retry-after': '7' }), status(503, { 'retry-after': '7' })];
    const { status: code, headers } = await ask('/api/orders', KEYED);
    expect([code, headers['retry-after']]).toEqual([503, '7']);
    expect(replicas.asked).toHaveLength(2);
  });

  test('asks nobody else when a replica says 503 to what may not be repeated', async () => {
    replicas.next = [status(503, { 'retry-after': '7' })];
    expect((await ask('/api/orders', { method: 'POST', body: '{}' })).status).toBe(503);
    expect(replicas.asked).toHaveLength(1);
  });

  const linesOf = (requestId: string) =>
    eventually('the line is written', () => {
      const found = readFileSync(join(places.logs, `${balancer}.log`), 'utf8')
        .split('\n')
        .filter((line) => line.includes(requestId));
      return found.length > 0 && found;
    });

  test('writes one line of JSON for a request, with who answered it and how long that took', async () => {
    const requestId = randomUUID();
    replicas.next = [hangUp];
    await ask('/api/orders/%22?q=secret', { headers: { 'x-request-id': requestId } });
    const lines = await linesOf(requestId);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}(Z|[+-]\d\d:\d\d)$/),
      'http.request.id': requestId,
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'event.duration': expect.any(Number),
      ...LOGGED[balancer],
    });
    expect(lines[0]).not.toContain('secret');
  });

  test('names the order of a request in its line, by the address or by the answer', async () => {
    const [named, made, orderId] = [randomUUID(), randomUUID(), randomUUID()];
    replicas.next = [status(200, {}), status(202, { location: `/api/orders/${orderId}` })];
    await ask(`/api/orders/${orderId.toUpperCase()}/history`, { headers: { 'x-request-id': named } });
    await ask('/api/orders', { ...KEYED, headers: { ...KEYED.headers, 'x-request-id': made } });
    for (const requestId of [named, made]) {
      const line = JSON.parse((await linesOf(requestId))[0]!) as Record<string, string>;
      expect(line['labels.order_id']!.toLowerCase()).toBe(orderId);
    }
  });

  test('reads its configuration anew without a stop: what is in hand is finished', async () => {
    let finish = () => {};
    replicas.next = [(_request, response) => (finish = () => void response.end('late'))];
    const late = ask('/api/orders/1');
    await eventually('the request is in hand', () => replicas.asked.length === 1);
    expect(await reload(balancer, NAME)).toMatch(/goes on with its configuration as it is now/);
    expect((await ask('/api/products')).status).toBe(200);
    finish();
    expect(await late).toMatchObject({ status: 200, body: 'late' });
  });

  test('writes UTF-8 into its log, whatever stands in the address', async () => {
    const requestId = randomUUID();
    await ask('/api/orders/%C0%AF%ff%22?q=secret', { headers: { 'x-request-id': requestId } });
    await linesOf(requestId);
    const bytes = readFileSync(join(places.logs, `${balancer}.log`));
    const line = new TextDecoder('utf-8', { fatal: true })
      .decode(bytes)
      .split('\n')
      .find((each) => each.includes(requestId));
    expect(JSON.parse(line!)).toMatchObject({ 'url.original': '/api/orders/%C0%AF%ff%22' });
  });

  test('answers 429 to a token that asks too much, from however many addresses, and to no other token', async () => {
    const each = LIMIT / 2;
    const statuses = (token: (address: number) => string) =>
      Promise.all(
        Array.from({ length: 10 * each }, async (_, n) => {
          const address = n % 10;
          const headers = { authorization: `Bearer e30.${token(address)}.c2ln` };
          return ask('/api/products', { headers, from: `127.0.1.${10 + address}` }, strictUrls[url]);
        }),
      );
    // Their own ones first: no address asks too much.
    expect(new Set((await statuses((address) => `own${address}`)).map((answer) => answer.status))).toEqual(new Set([200]));
    await delay(1_000);
    const answers = await statuses(() => 'shared');
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(each);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(LIMIT / 2);
    expectProblem(refused[0]!, 429);
    expect(refused[0]!.headers['retry-after']).toBe('1');
    // A token that is written differently and is still good has the same middle.
    expect((await statuses((address) => `shared.${address}`)).some((answer) => answer.status === 429)).toBe(true);
  });

  test('answers 429 to an address that asks too much, by whatever name it goes', async () => {
    const spoofed = (n: number) => ({ headers: { 'x-forwarded-for': `192.0.2.${n}` } });
    const answers = await Promise.all(
      Array.from({ length: 10 * LIMIT }, (_, n) => ask('/api/products', spoofed(n), strictUrls[url])),
    );
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(20);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(LIMIT / 2);
    expectProblem(refused[0]!, 429);
    expect(refused[0]!.headers['retry-after']).toBe('1');
  });
});

/** What differs: nginx names addresses, and every try. */
const LOGGED: Record<string, object> = {
  nginx: {
    'labels.order_id': '',
    'labels.upstream': expect.stringMatching(/^127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+$/),
    waybill: { upstreamStatus: '502, 200', upstreamSeconds: expect.stringMatching(/^[\d.]+, [\d.]+$/), location: '' },
  },
  haproxy: {
    'labels.order_id': '-',
    'labels.upstream': expect.stringMatching(/^order\/order-\d$/),
    waybill: { retries: '+1', upstreamMilliseconds: expect.any(Number) },
  },
};

describe.each([
  ['nginx', 'https'],
  ['haproxy', 'https'],
])('%s by HTTPS', (balancer, door) => {
  /** What is answered there to a client that believes the instance's CA, by this name. */
  const ask = async (host: string, path = '/api/products'): Promise<IncomingMessage> => {
    const { services } = await stackStatus(NAME);
    const port = services.find(({ name }) => name === balancer)!.ports[door]!;
    const { ca } = readConnections(NAME).tls!;
    return new Promise((resolve, reject) => {
      const to = { host: '127.0.0.1', port, path, ca, agent: false, servername: 'localhost', headers: { host } };
      sendSecurely(to, (answer) => resolve(answer.resume()))
        .once('error', reject)
        .end();
    });
  };

  test('shows a certificate of the CA, and tells the services that the client came by HTTPS', async () => {
    replicas.asked.length = 0;
    expect((await ask('127.0.0.1')).statusCode).toBe(200);
    expect(replicas.asked).toMatchObject([{ headers: { 'x-forwarded-proto': 'https' } }]);
  });

  test.each(['127.0.0.1:8443', 'localhost'])(
    'binds no browser to HTTPS by %s, which is a name of other programs of the machine too',
    async (host) => {
      expect((await ask(host)).headers).not.toHaveProperty('strict-transport-security');
    },
  );

  test.each(['/api/products', '/', '/docs'])('binds a browser to HTTPS by a name of its own: %s', async (path) => {
    expect((await ask(NAMED, path)).headers['strict-transport-security']).toBe('max-age=31536000');
    const clear = await fetch(`${urls[balancer === 'nginx' ? 'edge' : 'haproxy']}${path}`);
    expect(clear.headers.get('strict-transport-security')).toBeNull();
  });
});
