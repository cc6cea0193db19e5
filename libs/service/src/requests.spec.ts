import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Controller, Get, Module, Post, Put, Res } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { currentWork, type EndedSpan, recordSpans } from '@waybill/messaging';
import { MetricsRoute } from './metrics.js';
import { ProblemFilter } from './problem-filter.js';
import { Problem } from './problem.js';
import { followRequests, withoutToken } from './requests.js';

const ORDER = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';

@Controller('things')
class Things {
  @Get(':id')
  read() {
    return currentWork();
  }

  @Post()
  refuse() {
    throw new Problem(503, 'Not now.');
  }
}

@Controller('api/orders')
class Orders {
  @Post()
  place(@Res({ passthrough: true }) reply: { header(name: string, value: string): void }) {
    reply.header('Location', `/api/orders/${ORDER}`);
  }

  @Get(':id')
  read() {
    return {};
  }

  @Put(':id')
  change() {
    throw new Problem(404, 'There is no such order.');
  }

  @Post(':id/cancel')
  cancel() {
    return undefined;
  }
}

@Module({ controllers: [Things, Orders, MetricsRoute], providers: [{ provide: APP_FILTER, useClass: ProblemFilter }] })
class App {}

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const spans: EndedSpan[] = [];
let app: NestFastifyApplication;
beforeAll(async () => {
  recordSpans({ takesNew: () => true, ended: (span) => spans.push(span) });
  app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: false });
  followRequests(app);
  await app.init();
});
afterAll(() => app.close());
afterAll(() => recordSpans(undefined));

// Anybody may write the header: it would decide what we record, and put requests of strangers into one trace.
test('a traceparent from outside is linked to and not followed', async () => {
  const { traceId } = (await app.inject({ url: '/things/7', headers: { traceparent, baggage: 'a=b' } })).json<{
    traceId: string;
  }>();
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(traceId).not.toBe('a'.repeat(32));
  expect(spans.at(-1)).toMatchObject({
    traceId,
    name: 'GET /things/:id',
    parentSpanId: undefined,
    links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
    attributes: { 'http.route': '/things/:id', 'http.response.status_code': 200 },
    failed: false,
  });
  expect(JSON.stringify(spans)).not.toContain('a=b');
});

// A cancel is a request of its own, and one that changes nothing sends no message: the order's id leads to both all the same.
test.each(['/api/orders', `/api/orders/${ORDER}/cancel`, `/api/orders/${ORDER.toUpperCase()}/cancel`])(
  'the span of POST %s has the key of the messages of its order',
  async (url) => {
    await app.inject({ method: 'POST', url });
    expect(spans.at(-1)).toMatchObject({ parentSpanId: undefined, attributes: { 'waybill.key': ORDER } });
  },
);

test.each([
  ['was only read', 'GET'],
  ['could not be changed', 'PUT'],
] as const)('the span of a request has no key of an order that %s', async (_, method) => {
  await app.inject({ method, url: `/api/orders/${ORDER}` });
  expect(spans.at(-1)).toMatchObject({ name: `${method} /api/orders/:id`, attributes: { 'waybill.key': undefined } });
});

test('the log has no token of an address, and everything else of it', () => {
  expect(withoutToken('/api/orders?limit=2&access_token=eyJ.x.y&status=placed')).toBe(
    '/api/orders?limit=2&access_token=...&status=placed',
  );
  expect(withoutToken('/?ACCESS_TOKEN=eyJ.x.y')).toBe('/?ACCESS_TOKEN=...');
  expect(withoutToken('/api/payments?orderId=1')).toBe('/api/payments?orderId=1');
});

test('a problem names its trace', async () => {
  const body = (await app.inject({ method: 'POST', url: '/things' })).json<{ traceId: string }>();
  expect(body).toEqual({
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'Not now.',
    traceId: spans.at(-1)!.traceId,
  });
  expect(spans.at(-1)).toMatchObject({ name: 'POST /things', failed: true, attributes: { 'error.type': '503' } });
});

test('a figure of the requests leads to a trace, for whoever reads the form that can say so', async () => {
  const before = spans.length;
  const asked = (accept: string) => app.inject({ url: '/metrics', headers: { accept } });
  const open = await asked('application/openmetrics-text;version=1.0.0,text/plain;q=0.5');
  const exemplar =
    /waybill_http_request_seconds_bucket\{.*route="\/things".*\} \d+ # \{trace_id="([0-9a-f]{32})",span_id="[0-9a-f]{16}"\}/;
  expect(open.headers['content-type']).toContain('application/openmetrics-text');
  expect(exemplar.exec(open.payload)?.[1]).toBe(spans.find(({ name }) => name === 'POST /things')!.traceId);
  expect(open.payload).toMatch(/^# TYPE process_cpu_user_seconds counter$/m);
  // Probes are not recorded, and the usual text is as it was, also after the other one.
  const usual = await asked('text/plain');
  expect(usual.payload).toMatch(/^# TYPE process_cpu_user_seconds_total counter$/m);
  expect(usual.payload).not.toContain('trace_id');
  expect(spans).toHaveLength(before);
});
