import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Span } from './span.js';
import { SpanRing } from './span-ring.js';

const ORDER = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';
const OTHER = '0199c1de-5b1a-7c3e-9d4f-0123456789ac';
const span = (traceId: string, spanId: string, given: Partial<Span> = {}): Span => ({
  traceId,
  spanId,
  links: [],
  name: 'work',
  kind: 'internal',
  startMs: 1_000,
  endMs: 1_001,
  attributes: {},
  service: 'order',
  replica: 'order-1',
  ...given,
});
const naming = (order: string) => ({ attributes: { 'waybill.key': order } });
const ids = (spans: readonly Span[]) => spans.map(({ spanId }) => spanId);

describe('the ring of spans', () => {
  it('finds a trace by the order that one of its spans names, whichever came first', () => {
    const ring = new SpanRing(1e6);
    ring.add(span('t1', 'late', { startMs: 3_000 }));
    ring.add(span('t1', 'early', { startMs: 2_000, ...naming(ORDER) }));
    ring.add(span('t2', 'other', naming(OTHER)));
    expect(ids(ring.order(ORDER))).toEqual(['early', 'late']);
    expect(ring.newestOrders(5)).toEqual([OTHER, ORDER]);
  });

  it('puts all traces of an order together: a cancel is a request of its own', () => {
    const ring = new SpanRing(1e6);
    ring.add(span('placed', 'a', naming(ORDER)));
    ring.add(span('cancelled', 'b', { ...naming(ORDER), startMs: 5_000 }));
    expect(ids(ring.order(ORDER))).toEqual(['a', 'b']);
  });

  it('keeps a span once, however often its exporter sends it', () => {
    const ring = new SpanRing(1e6);
    expect([ring.add(span('t', 'a')), ring.add(span('t', 'a', { name: 'again' }))]).toEqual(['kept', 'duplicate']);
    expect(ring.trace('t').map(({ name }) => name)).toEqual(['work']);
  });

  it('lets no trace drive out the others', () => {
    const ring = new SpanRing(1e9);
    const outcomes = Array.from({ length: 1_001 }, (_, index) => ring.add(span('t', `s${index}`)));
    expect(outcomes.filter((outcome) => outcome === 'over').length).toBe(1);
  });

  it('never takes more than its bytes, and forgets whole traces and what named them', () => {
    const anySpan = fc.record({
      trace: fc.integer({ min: 0, max: 40 }),
      id: fc.integer({ min: 0, max: 1_000 }),
      order: fc.option(fc.integer({ min: 0, max: 9 })),
      text: fc.string({ maxLength: 500 }),
    });
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 300 }), (given) => {
        const ring = new SpanRing(64 * 1024);
        for (const { trace, id, order, text } of given) {
          const attributes = { text, ...(order !== null && { 'waybill.key': `${ORDER.slice(0, -1)}${order}` }) };
          ring.add(span(`t${trace}`, `s${id}`, { attributes }));
          expect(ring.bytes).toBeLessThanOrEqual(64 * 1024);
        }
        for (const order of ring.newestOrders(100)) expect(ring.order(order).length).toBeGreaterThan(0);
        const left = Array.from({ length: 41 }, (_, index) => ring.trace(`t${index}`).length);
        expect(left.some((spans) => spans > 0)).toBe(given.length > 0);
      }),
    );
  });
});
