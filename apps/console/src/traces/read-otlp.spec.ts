import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exportRequest, readSpans } from './read-otlp.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const span = (given: object = {}) => ({
  traceId: TRACE,
  spanId: SPAN,
  name: 'process payment.charge.v1',
  kind: 5,
  startTimeUnixNano: '1764000000123456789',
  endTimeUnixNano: '1764000000133456789',
  ...given,
});
const attribute = (key: string, value: object) => ({ key, value });
const request = (...spans: unknown[]) => ({
  resourceSpans: [
    {
      resource: {
        attributes: [
          attribute('service.name', { stringValue: 'payment' }),
          attribute('service.instance.id', { stringValue: 'payment-2' }),
        ],
      },
      scopeSpans: [{ scope: { name: 'waybill' }, spans }],
    },
  ],
});
const read = (given: unknown) => readSpans(exportRequest.parse(given));

describe('spans as OTLP brings them', () => {
  it('are read with their times in milliseconds and the replica that sent them', () => {
    const { spans, refused } = read(
      request(
        span({
          parentSpanId: '00F067AA0BA902B7',
          links: [{ traceId: TRACE, spanId: '00f067aa0ba902b7' }],
          attributes: [
            attribute('messaging.system.name', { stringValue: 'rabbitmq' }),
            attribute('waybill.outbox.wait_ms', { doubleValue: 1.5 }),
            attribute('kafka.offset', { intValue: '42' }),
            attribute('redelivered', { boolValue: false }),
            attribute('a.list', { arrayValue: { values: [] } }),
          ],
          status: { code: 2, message: 'no connection' },
        }),
      ),
    );
    expect(refused).toBe(0);
    expect(spans).toEqual([
      {
        traceId: TRACE,
        spanId: SPAN,
        parentId: '00f067aa0ba902b7',
        links: [{ traceId: TRACE, spanId: '00f067aa0ba902b7' }],
        name: 'process payment.charge.v1',
        kind: 'consumer',
        startMs: 1_764_000_000_123.456,
        endMs: 1_764_000_000_133.456,
        error: 'no connection',
        attributes: {
          'messaging.system.name': 'rabbitmq',
          'waybill.outbox.wait_ms': 1.5,
          'kafka.offset': 42,
          redelivered: false,
        },
        service: 'payment',
        replica: 'payment-2',
      },
    ]);
  });

  it('leave their neighbours alone when one is wrong, and say which field is', () => {
    const { spans, refused, reason } = read(request(span({ traceId: '0'.repeat(32) }), null, span()));
    expect([spans.length, refused]).toEqual([1, 2]);
    expect(reason).toBe('traceId: must be 32 hex digits, not all of them 0');
  });

  it('end no earlier than they start, whatever a clock says', () => {
    expect(read(request(span({ endTimeUnixNano: '1' }))).spans[0]).toMatchObject({ endMs: 1_764_000_000_123.456 });
  });

  it('keep a short piece of what is long', () => {
    const long = 'x'.repeat(10_000);
    const many = Array.from({ length: 500 }, (_, index) => attribute(`key-${index}`, { stringValue: long }));
    const [kept] = read(request(span({ name: long, attributes: many }))).spans;
    expect(kept!.name.length).toBe(512);
    expect(Object.keys(kept!.attributes).length).toBe(64);
    expect(String(kept!.attributes['key-0']).length).toBe(512);
  });

  it('never make the reader throw, whatever stands in a field of them', () => {
    const field = fc.constantFrom(...Object.keys(span({ attributes: [], links: [], status: {}, parentSpanId: SPAN })));
    const broken = fc.tuple(field, fc.anything()).map(([name, value]) => span({ [name]: value }));
    fc.assert(
      fc.property(fc.array(fc.oneof(broken, fc.anything()), { maxLength: 5 }), (given) => {
        const { spans, refused } = read(request(...given));
        expect(spans.length + refused).toBe(given.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
