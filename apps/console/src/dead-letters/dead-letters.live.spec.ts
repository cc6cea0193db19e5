// Dead letters of all services as the console tells of them, beside two services that this spec plays; the third one is away.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { keyPairOf } from '@waybill/activity';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConsole } from '../create-console.js';

const feedKeys = { ...keyPairOf(randomBytes(32)), publisherKeys: [] };

const API = '/console/api/dead-letters';
const group = (type: string, count: number) => ({ type, error: 'Reject: no <n>', count });

interface Asked {
  readonly by: string;
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

let app: NestFastifyApplication;
let services: Server[];
let asked: Asked[];
let answers: Record<string, readonly [status: number, body: unknown]>;

async function play(service: string): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const { method = '', url = '', headers } = request;
    if (url !== '/health/live') asked.push({ by: service, method, url, body, headers });
    const [status, answer] = answers[`${service} ${method} ${url.split('?')[0]}`] ?? [url === '/health/live' ? 200 : 404, {}];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  services.push(server);
  return String((server.address() as AddressInfo).port);
}

beforeEach(async () => {
  [services, asked, answers] = [[], [], {}];
  const port = { order: Number(await play('order')), payment: Number(await play('payment')) };
  app = await createConsole({
    replica: 'console-1',
    logLevel: 'silent',
    http: { host: '127.0.0.1', port: 0 },
    edgeUrl: 'http://127.0.0.1:1',
    prometheusUrl: 'http://127.0.0.1:1',
    watched: [
      // Of two replicas one is away.
      { name: 'order-1', host: '127.0.0.1', port: 1 },
      { name: 'order-2', host: '127.0.0.1', port: port.order },
      { name: 'payment-1', host: '127.0.0.1', port: port.payment },
      { name: 'notification-1', host: '127.0.0.1', port: 1 },
    ],
    // Nobody publishes.
    feed: { listen: 'tcp://127.0.0.1:*', keys: () => feedKeys },
    spansMaxBytes: 1e6,
  });
  await app.listen(0, '127.0.0.1');
});
afterEach(async () => {
  await app.close();
  for (const service of services) {
    service.closeAllConnections();
    service.close();
  }
});

const address = (path: string) => `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}${path}`;
const get = async (path: string) => {
  const answer = await fetch(address(API + path));
  return [answer.status, await answer.json()] as const;
};
const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
  const answer = await fetch(address(API + path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return [answer.status, await answer.json()] as const;
};

describe('dead letters', () => {
  it('are the groups of every service that answers, the largest first, and who does not is named', async () => {
    answers['order GET /operations/dead-letters/groups'] = [200, [group('a.v1', 2), group('b.v1', 1)]];
    answers['payment GET /operations/dead-letters/groups'] = [200, [group('c.v1', 7)]];
    expect(await get('/groups?state=waiting')).toMatchObject([
      200,
      {
        groups: [
          { service: 'payment', type: 'c.v1', count: 7 },
          { service: 'order', type: 'a.v1', count: 2 },
          { service: 'order', type: 'b.v1' },
        ],
        problems: [{ service: 'notification', detail: 'No replica of notification answers.' }],
      },
    ]);
    expect(asked.map(({ url }) => url)).toEqual(Array.from({ length: 2 }, () => '/operations/dead-letters/groups?state=waiting'));
  });

  it('are listed and shown as their service does', async () => {
    answers['order GET /operations/dead-letters'] = [200, [{ id: '4' }]];
    answers['order GET /operations/dead-letters/4'] = [200, { id: '4', body: '{}' }];
    expect(await get(`/order?${new URLSearchParams({ type: 'a.v1', error: 'Error: <n> & more' })}`)).toEqual([
      200,
      [{ id: '4' }],
    ]);
    expect(new URL(asked[0]!.url, 'http://order').searchParams.get('error')).toBe('Error: <n> & more');
    expect(await get('/order/4')).toEqual([200, { id: '4', body: '{}' }]);
  });

  it.each([
    ['/kiosk', 404],
    ['/order/x', 400],
    ['/order/..%2f..%2fhealth', 400],
    ['/notification/4', 502],
    ['/payment/4', 404],
  ])('%s is told %i', async (path, status) => {
    expect(await get(path)).toMatchObject([status, { status, detail: expect.any(String) }]);
  });

  it('have acts, of all services in one order', async () => {
    const at = (second: number) => `2026-11-29T19:00:0${second}.000Z`;
    answers['order GET /operations/dead-letters/acts'] = [200, [{ at: at(5) }, { at: at(1) }]];
    answers['payment GET /operations/dead-letters/acts'] = [200, [{ at: at(3) }]];
    expect(await get('/acts')).toMatchObject([200, { acts: [{ at: at(5) }, { service: 'payment', at: at(3) }, { at: at(1) }] }]);
  });
});

describe('an act', () => {
  it('goes to the service as it is, and its answer comes back', async () => {
    answers['payment POST /operations/dead-letters/redrive'] = [200, { changed: 3 }];
    const act = { type: 'a.v1', error: 'Reject: no <n>', perSecond: 2 };
    expect(await post('/payment/redrive', act, { origin: address('') })).toEqual([200, { changed: 3 }]);
    expect(JSON.parse(asked[0]!.body)).toEqual(act);
    // The service refuses what a page asks for, and the console is none.
    expect(Object.keys(asked[0]!.headers).filter((name) => name === 'origin' || name === 'sec-fetch-site')).toEqual([]);
  });

  it('that the service refuses is refused with every wrong field', async () => {
    const errors = [{ path: 'reason', message: 'must say why' }];
    answers['payment POST /operations/dead-letters/discard'] = [400, { detail: 'The request is not valid: see errors.', errors }];
    expect(await post('/payment/discard', { ids: ['1'] })).toMatchObject([400, { errors }]);
  });

  it.each([{ origin: 'https://elsewhere.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])(
    "is refused for another site's page, and nobody is asked: %j",
    async (headers) => {
      for (const act of ['redrive', 'discard'])
        expect(await post(`/payment/${act}`, { ids: ['1'], reason: 'no' }, headers as Record<string, string>)).toMatchObject([
          403,
          {},
        ]);
      expect(asked).toEqual([]);
    },
  );
});
