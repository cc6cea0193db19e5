import { afterEach, describe, expect, test } from '@jest/globals';
import { InMemorySpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace';
import { ATTRIBUTE, inClientSpan, Span } from '@waybill/messaging';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { register } from 'prom-client';
import { startTracing, type Tracing } from './tracing.js';

let tracing: Tracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

const start = (exporter?: SpanExporter, endpoint = 'http://127.0.0.1:9', tracesPerSecond = 1_000) =>
  (tracing = startTracing({ service: 'order', replica: 'order-1', tracing: { endpoint, tracesPerSecond } }, exporter));
const request = (name = 'POST /things') => {
  const span = new Span('server', name);
  span.end(() => ({}));
  return span.recorded;
};
const counted = async (outcome: string) => {
  const { values } = await register.getSingleMetric('waybill_spans_total')!.get();
  return values.find(({ labels }) => labels['outcome'] === outcome)?.value ?? 0;
};

describe('what is recorded', () => {
  test('reaches the exporter with its parent, its links and what it tells, and without what it does not tell', async () => {
    const exporter = new InMemorySpanExporter();
    const taken: unknown[] = [];
    start({
      ...exporter,
      export: (spans, done) => (taken.push(...spans), exporter.export(spans, done)),
      shutdown: async () => {},
    });
    const outside = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), recorded: true };
    const root = new Span('server', 'POST /things', { links: [outside] });
    await root.run(() =>
      inClientSpan(
        'send mail',
        () => ({ [ATTRIBUTE.protocol]: 'smtp', [ATTRIBUTE.httpStatus]: undefined }),
        async () => {},
      ),
    );
    const failing = () =>
      inClientSpan(
        'send mail',
        () => ({}),
        () => Promise.reject(new TypeError('to a@b.example')),
      );
    await expect(root.run(failing)).rejects.toThrow('to a@b.example');
    root.end(() => ({ [ATTRIBUTE.httpStatus]: 202 }));
    await tracing!.stop();
    const [mail, failed, top] = taken as { spanContext(): object; attributes: object }[];
    expect(top).toMatchObject({
      name: 'POST /things',
      kind: 1,
      attributes: { 'http.response.status_code': 202 },
      links: [{ context: { traceId: outside.traceId } }],
    });
    expect(top).not.toHaveProperty('parentSpanContext');
    expect(mail).toMatchObject({ kind: 2, parentSpanContext: top!.spanContext(), status: { code: 0 } });
    expect(mail!.attributes).toEqual({ 'network.protocol.name': 'smtp' });
    // The text of an error may quote a customer.
    expect(failed).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'TypeError' } });
    expect(JSON.stringify(taken)).not.toContain('a@b.example');
  });

  test('goes to the endpoint as OTLP in JSON', async () => {
    const bodies: string[] = [];
    const sink = createServer((asked, answer) => {
      let body = '';
      asked.on('data', (chunk: Buffer) => (body += chunk.toString()));
      asked.on('end', () => {
        bodies.push(`${asked.method} ${asked.url} ${asked.headers['content-type']} ${body}`);
        answer.end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(sink, 'listening');
    start(undefined, `http://127.0.0.1:${(sink.address() as AddressInfo).port}`);
    request();
    await tracing!.stop();
    sink.close();
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toMatch(/^POST \/v1\/traces application\/json \{"resourceSpans":/);
    expect(bodies[0]).toContain('{"key":"service.instance.id","value":{"stringValue":"order-1"}}');
  });

  test('is bounded: so many new traces a second, and reads take no place from the rest', () => {
    const startedAt = performance.now();
    start(new InMemorySpanExporter(), undefined, 5);
    const reads = Array.from({ length: 300 }, () => request('GET /things')).filter(Boolean).length;
    const orders = Array.from({ length: 300 }, () => request()).filter(Boolean).length;
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(reads).toBeGreaterThanOrEqual(20);
    expect(reads).toBeLessThanOrEqual(21 + 0.5 * seconds);
    expect(orders).toBeGreaterThanOrEqual(200);
    expect(orders).toBeLessThanOrEqual(201 + 5 * seconds);
  });
});

describe('an endpoint that takes nothing', () => {
  test('costs the spans that do not fit into the queue, which are counted, and a second at the stop', async () => {
    const dropped = await counted('dropped');
    const unanswered: (() => void)[] = [];
    start({ export: (_, done) => unanswered.push(() => done({ code: 0 })), shutdown: () => new Promise(() => {}) });
    for (let n = 0; n < 6_000; n += 1) request();
    expect((await counted('dropped')) - dropped).toBeGreaterThan(3_000);
    const before = performance.now();
    await tracing!.stop();
    expect(performance.now() - before).toBeLessThan(2_000);
    // The processor's own patience is half a minute, and the spec need not wait for it.
    for (const answer of unanswered) answer();
  });

  test('that refuses each export counts its spans as failed', async () => {
    const failed = await counted('failed');
    start({ export: (_, done) => done({ code: 1, error: new Error('no') }), shutdown: async () => {} });
    request();
    await tracing!.stop();
    expect((await counted('failed')) - failed).toBe(1);
  });
});

test('what is not recorded calls no recorder and passes its place on', async () => {
  const span = new Span('server', 'POST /things');
  expect(span).toMatchObject({ recorded: false, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  await expect(
    span.run(() =>
      inClientSpan(
        'send mail',
        () => ({}),
        async () => 7,
      ),
    ),
  ).resolves.toBe(7);
});
