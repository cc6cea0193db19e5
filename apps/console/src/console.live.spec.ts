// The console as it answers, beside a public API and a Prometheus that this spec plays.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ActivityPublisher, keyPairOf } from '@waybill/activity';
import { eventually } from '@waybill/testing';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from './config.js';
import { createConsole } from './create-console.js';
import { Feed } from './live/feed.js';

const ORDER = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';
const TRACE = '0af7651916cd43dd8448eb211c80319c';

const batch = (...spans: object[]) => ({
  resourceSpans: [
    { resource: { attributes: [{ key: 'service.name', value: { stringValue: 'order' } }] }, scopeSpans: [{ spans }] },
  ],
});
const span = (spanId: string, given: object = {}) => ({
  traceId: TRACE,
  spanId,
  name: 'POST /api/orders',
  kind: 2,
  startTimeUnixNano: '1764000000000000000',
  endTimeUnixNano: '1764000000010000000',
  attributes: [{ key: 'waybill.key', value: { stringValue: ORDER } }],
  ...given,
});

const [ofConsole, ofOrder] = [keyPairOf(randomBytes(32)), keyPairOf(randomBytes(32))];

let app: NestFastifyApplication;
let others: Server;
let order1: ActivityPublisher;
let asked: {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}[];
let answers: Record<string, readonly [status: number, body: unknown]>;
/** So many requests are answered with 503, and with the wish to come again after a second. */
let refuseFirst: number;

let logs: string;
beforeEach(async () => {
  logs = mkdtempSync(join(tmpdir(), 'console-'));
  writeFileSync(join(logs, 'order-1.log'), 'line one\nline two\n');
  asked = [];
  answers = {};
  refuseFirst = 0;
  others = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers, body });
    if (refuseFirst-- > 0) {
      response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' }).end('{"detail":"Later."}');
      return;
    }
    const [status, answer] = answers[`${method} ${url.split('?')[0]}`] ?? [404, { detail: 'There is nothing.' }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await once(others.listen(0, '127.0.0.1'), 'listening');
  await start('tcp://127.0.0.1:*');
  order1 = await publisherTo(app.get(Feed).address!);
});
afterEach(async () => {
  order1.close();
  await app.close();
  others.closeAllConnections();
  others.close();
  rmSync(logs, { recursive: true });
});

async function start(listen: string): Promise<void> {
  app = await createConsole(config(listen));
  await app.listen(0, '127.0.0.1');
}

async function publisherTo(url: string): Promise<ActivityPublisher> {
  const keys = { ...ofOrder, subscriberKey: ofConsole.publicKey };
  const told = new ActivityPublisher({ url, replica: 'order-1', keys, aloneInAWindow: Infinity });
  await told.open();
  return told;
}

function config(listen: string): Config {
  const url = `http://127.0.0.1:${(others.address() as AddressInfo).port}`;
  return {
    replica: 'console-1',
    logLevel: 'silent',
    http: { host: '127.0.0.1', port: 0 },
    edgeUrl: url,
    prometheusUrl: `${url}/prometheus`,
    watched: [],
    logsDir: logs,
    feed: { listen, keys: () => ({ ...ofConsole, publisherKeys: [ofOrder.publicKey] }) },
    spansMaxBytes: 1e6,
    forwardTracesUrl: `${url}/forwarded`,
  };
}

interface FeedAnswer {
  readonly problem?: string;
  readonly received: number;
  readonly lost: number;
}
const feedOf = async () => ((await get('/console/api/state')) as { feed: FeedAnswer }).feed;

const address = (path: string) => `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}${path}`;
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(address(path), { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const get = async (path: string) => (await fetch(address(path))).json() as Promise<never>;

/** The events of a stream, as far as they have come. */
async function* eventsOf(
  answer: Response,
): AsyncGenerator<{ event: string; id: string | undefined; data: Record<string, unknown> }> {
  let text = '';
  for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
      yield { event: fields['event']!, id: fields['id'], data: JSON.parse(fields['data']!) as Record<string, unknown> };
    }
  }
}

/** The next of a stream that tell what happened. */
async function itemsOf(events: ReturnType<typeof eventsOf>): Promise<object | undefined> {
  for (;;) {
    const { value, done } = await events.next();
    if (done || value.event === 'items') return value ?? undefined;
  }
}

describe('spans', () => {
  it('are an order of the list, and its journey beside what the API says of it', async () => {
    answers[`GET /api/orders/${ORDER}`] = [200, { orderId: ORDER, status: 'confirmed' }];
    answers[`GET /api/orders/${ORDER}/history`] = [200, [{ version: 1, status: 'placed' }]];
    expect((await post('/v1/traces', JSON.stringify(batch(span('b7ad6b7169203331'))))).status).toBe(200);
    expect(await get('/console/api/orders')).toMatchObject([{ orderId: ORDER, spans: 1, services: ['order'] }]);
    expect(await get(`/console/api/orders/${ORDER.toUpperCase()}/journey`)).toMatchObject({
      orderId: ORDER,
      spans: [{ spanId: 'b7ad6b7169203331', kind: 'server' }],
      order: { status: 'confirmed' },
      history: [{ version: 1 }],
      problems: [{ part: 'payments', detail: 'There is nothing.' }, { part: 'notifications' }],
    });
  });

  it('are taken as far as they are valid, and the sender is told of the others', async () => {
    const answer = await post('/v1/traces', JSON.stringify(batch(span('b7ad6b7169203331'), span('no hex'))));
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { partialSuccess: { rejectedSpans: '1', errorMessage: 'spanId: must be 16 hex digits, not all of them 0' } },
    ]);
  });

  it('are not kept of requests that only read: a page that asks again and again would drive the journeys out', async () => {
    await post('/v1/traces', JSON.stringify(batch(span('b7ad6b7169203331', { name: 'GET /api/orders/:id' }))));
    expect(await get('/console/api/orders')).toEqual([]);
  });

  it.each([
    ['no JSON', '{', {}, 400],
    ['no OTLP', '{"spans":[]}', {}, 400],
    ["OTLP's other form", 'x', { 'content-type': 'application/x-protobuf' }, 415],
    ['more than two megabytes', JSON.stringify({ resourceSpans: [], x: 'x'.repeat(3e6) }), {}, 413],
  ])('are refused with a reason when they are %s', async (_, body, headers, status) => {
    const answer = await post('/v1/traces', body, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toMatchObject({ status, detail: expect.any(String) });
  });

  it('are handed on as they came', async () => {
    const body = batch(span('b7ad6b7169203331'));
    answers['POST /forwarded'] = [200, {}];
    await post('/v1/traces', JSON.stringify(body));
    while (!asked.some(({ url }) => url === '/forwarded')) await new Promise(setImmediate);
    expect(JSON.parse(asked.find(({ url }) => url === '/forwarded')!.body)).toEqual(body);
  });
});

describe('the stream', () => {
  it('tells what happens with a number, and what a page missed when it comes again', async () => {
    const stop = new AbortController();
    const first = eventsOf(await fetch(address('/console/api/events'), { signal: stop.signal }));
    expect((await first.next()).value).toMatchObject({ event: 'hello', data: { sequence: 0, missed: 0 } });
    await eventually('the feed is heard', async () => {
      order1.publish('accepted', { orderId: ORDER });
      return (await feedOf()).received > 1;
    });
    expect(await itemsOf(first)).toEqual({
      event: 'items',
      id: '1',
      data: { items: [{ kind: 'accepted', service: 'order', count: expect.any(Number) }] },
    });
    stop.abort();
    order1.publish('accepted', { orderId: ORDER });
    const again = eventsOf(await fetch(address('/console/api/events'), { headers: { 'last-event-id': '1' } }));
    expect((await again.next()).value).toMatchObject({ event: 'hello', data: { missed: 0 } });
    expect(await itemsOf(again)).toMatchObject({ event: 'items', id: '2' });
  });

  it('counts what the feed has lost, and its metrics tell it', async () => {
    await eventually('the feed is heard', async () => (order1.publish('ready'), (await feedOf()).received > 0));
    // All in one turn of the event loop: most of it is beyond what waits for a reader.
    for (let n = 0; n < 100_000; n += 1) order1.publish('sent', { orderId: ORDER });
    const { received, lost } = await eventually('what was lost is known', async () => {
      const feed = await feedOf();
      return feed.received + feed.lost > 100_000 && feed;
    });
    expect(lost).toBeGreaterThan(0);
    const metrics = await (await fetch(address('/metrics'))).text();
    expect(metrics).toContain(`console_feed_items_total{outcome="lost"} ${lost}`);
    expect(metrics).toContain(`console_feed_items_total{outcome="received"} ${received}`);
  });

  it('has room for 32 pages, and tells the next one so', async () => {
    const pages = await Promise.all(Array.from({ length: 32 }, () => fetch(address('/console/api/events'))));
    expect(pages.every(({ status }) => status === 200)).toBe(true);
    expect((await fetch(address('/console/api/events'))).status).toBe(503);
    for (const { body } of pages) await body!.cancel();
  });
});

describe('an act', () => {
  it('places one order, however often the page sends it', async () => {
    answers['POST /api/orders'] = [202, { id: ORDER, status: 'placed' }];
    const act = JSON.stringify({ paymentMethod: 'pm_slow', idempotencyKey: 'page-12345678' });
    const answer = await post('/console/api/orders', act, { origin: address('').replace(/\/$/, '') });
    expect([answer.status, await answer.json()]).toEqual([202, { id: ORDER, status: 'placed' }]);
    expect(asked).toMatchObject([{ method: 'POST', url: '/api/orders', headers: { 'idempotency-key': 'page-12345678' } }]);
    expect(JSON.parse(asked[0]!.body)).toMatchObject({ paymentMethod: 'pm_slow' });
  });

  it("is refused for another site's page, and nobody is asked", async () => {
    for (const path of ['/console/api/orders', `/console/api/orders/${ORDER}/cancel`])
      expect((await post(path, '{}', { origin: 'https://elsewhere.example' })).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it('passes on what the API refuses', async () => {
    answers[`POST /api/orders/${ORDER}/cancel`] = [409, { detail: 'The order is settled.' }];
    const answer = await post(`/console/api/orders/${ORDER}/cancel`, '{}');
    expect([answer.status, await answer.json()]).toMatchObject([409, { detail: 'The order is settled.' }]);
  });
});

describe('a stream of orders', () => {
  const start = (body: object, headers: Record<string, string> = {}) =>
    post('/console/api/traffic', JSON.stringify(body), headers);
  const state = () => get('/console/api/traffic') as Promise<Record<string, number>>;
  const settled = async () => {
    for (let now = await state(); now['running'] || now['waiting']! > 0;) now = await state();
    return state();
  };
  const ledger = async () =>
    (await (await fetch(address('/console/api/traffic/ledger'))).text())
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('is placed by customers of different names with a key each, and what they were told is kept', async () => {
    answers['POST /api/orders'] = [202, { id: ORDER, total: 1250, currency: 'EUR' }];
    expect((await start({ ordersPerSecond: 5, seconds: 1 })).status).toBe(202);
    expect(await settled()).toMatchObject({ running: false, sent: 5, accepted: 5, waiting: 0, failed: 0, repeated: 0 });
    const placed = asked.map(({ headers, body }) => [headers['idempotency-key'], JSON.parse(body) as { customerId: string }]);
    expect(new Set(placed.map(([key]) => key)).size).toBe(5);
    expect(await ledger()).toEqual(
      expect.arrayContaining(
        placed.map(([key, order]) =>
          expect.objectContaining({
            key,
            customerId: (order as { customerId: string }).customerId,
            answers: [JSON.stringify({ id: ORDER, total: 1250, currency: 'EUR' })],
          }),
        ),
      ),
    );
  });

  it('sends an order again with the same key, as late as it is asked to, until it is accepted', async () => {
    refuseFirst = 1;
    answers['POST /api/orders'] = [202, { id: ORDER }];
    const began = Date.now();
    await start({ ordersPerSecond: 1, seconds: 1 });
    expect(await settled()).toMatchObject({ sent: 1, accepted: 1, repeated: 1 });
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
    expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(await ledger()).toMatchObject([{ repeated: ['503: Later.'] }]);
  });

  it('tells a refusal that will not pass as a failure', async () => {
    answers['POST /api/orders'] = [500, { detail: 'Nobody foresaw it.' }];
    await start({ ordersPerSecond: 1, seconds: 1 });
    expect(await settled()).toMatchObject({ sent: 1, accepted: 0, failed: 1 });
    expect(await ledger()).toMatchObject([{ answers: [], failure: '500: Nobody foresaw it.' }]);
  });

  it('ends when it is told to, and another one takes its place', async () => {
    answers['POST /api/orders'] = [202, { id: ORDER }];
    await start({ ordersPerSecond: 0.1, seconds: 300 });
    expect(await (await start({ ordersPerSecond: 0.2, seconds: 300 })).json()).toMatchObject({ ordersPerSecond: 0.2 });
    const stopped = await fetch(address('/console/api/traffic'), { method: 'DELETE' });
    expect(await stopped.json()).toMatchObject({ running: false, ordersPerSecond: 0.2 });
  });

  it.each([
    ['more than 50 a second', { ordersPerSecond: 51, seconds: 1 }],
    ['longer than five minutes', { ordersPerSecond: 1, seconds: 301 }],
    ['nothing', {}],
  ])('is refused when somebody wishes for %s', async (_, wish) => {
    expect((await start(wish)).status).toBe(400);
  });

  it("is refused for another site's page", async () => {
    const origin = { origin: 'https://elsewhere.example' };
    expect((await start({ ordersPerSecond: 1, seconds: 1 }, origin)).status).toBe(403);
    expect((await fetch(address('/console/api/traffic'), { method: 'DELETE', headers: origin })).status).toBe(403);
    expect(asked).toEqual([]);
  });
});

describe('what is asked of others', () => {
  it('is every contract, with its schema', async () => {
    const contracts = (await get('/console/api/contracts')) as { type: string }[];
    expect(contracts.find(({ type }) => type === 'payment.charge.v1')).toMatchObject({
      kind: 'command',
      broker: 'RabbitMQ',
      senders: ['order'],
      handlers: ['payment'],
      from: ['order.commands'],
      to: ['payment.work'],
      key: 'orderId',
      schema: { type: 'object' },
    });
  });

  it('is who may read and write what, by the rights that the broker has', async () => {
    const places = (await get('/console/api/contracts/places')) as { name: string }[];
    const of = (name: string) => places.find((place) => place.name === name);
    expect(of('payment.work')).toMatchObject({ kind: 'queue', writers: [], readers: ['payment'] });
    expect(of('order.commands')).toMatchObject({ kind: 'exchange', writers: ['order'], readers: [] });
    expect(of('order.events')).toMatchObject({
      kind: 'topic',
      writers: ['order'],
      readers: expect.arrayContaining(['notification']),
    });
  });

  it('is when a message of each type was seen last', async () => {
    expect(await get('/console/api/contracts/seen')).toEqual([]);
    const attributes = Object.entries({ 'waybill.key': ORDER, 'waybill.message.type': 'payment.charge.v1' }).map(
      ([key, stringValue]) => ({ key, value: { stringValue } }),
    );
    await post('/v1/traces', JSON.stringify(batch(span('b7ad6b7169203331', { kind: 4, attributes }))));
    expect(await get('/console/api/contracts/seen')).toMatchObject([{ type: 'payment.charge.v1', order: ORDER, messages: 1 }]);
  });

  it('is the end of a log, and a clear answer for what is none', async () => {
    expect(await get('/console/api/logs')).toEqual({ readable: true, names: ['order-1'] });
    expect(await get('/console/api/logs/order-1?find=two&lines=1')).toEqual({ lines: ['line two'], more: false });
    expect((await fetch(address('/console/api/logs/..%2Forder-1'))).status).toBe(404);
    expect((await fetch(address('/console/api/logs/order-1?lines=1000'))).status).toBe(400);
  });

  it('is missing with a reason while Prometheus is away', async () => {
    expect(await get('/console/api/state')).toMatchObject({ replicas: [], problem: expect.stringContaining('Prometheus') });
    const measures = await fetch(address('/console/api/measures'));
    expect([measures.status, await measures.json()]).toMatchObject([502, { detail: expect.stringContaining('Prometheus') }]);
  });
});

describe('a feed that cannot be listened to', () => {
  it('is told, stops nothing else, and is heard as soon as its port is free', async () => {
    await app.close();
    order1.close();
    const holder = createTcpServer();
    await once(holder.listen(0, '127.0.0.1'), 'listening');
    const url = `tcp://127.0.0.1:${(holder.address() as AddressInfo).port}`;
    await start(url);
    expect(await feedOf()).toMatchObject({ problem: expect.stringContaining('in use'), received: 0 });
    await new Promise((resolve) => holder.close(resolve));
    order1 = await publisherTo(url);
    await eventually('an item has come', async () => (order1.publish('ready'), (await feedOf()).received > 0));
    expect(await feedOf()).not.toHaveProperty('problem');
  });
});
