import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mermaidOf } from './mermaid.ts';
import { milliseconds } from './milliseconds.ts';
import { compact, simple, timelineOf, type Step } from './timeline.ts';
import { CHARGED, rabbit, told } from './told-journey.ts';

const without = (...ids: string[]) => CHARGED.filter(({ spanId }) => !ids.includes(spanId));
const tellStep = ({ kind, from, to, label, tone, waitedMs, workedMs }: Step) =>
  [
    `${kind} ${from} > ${to}: ${label}`,
    ...(tone === 'forward' ? [] : [tone]),
    ...(waitedMs === undefined ? [] : [`waited ${waitedMs}`]),
    ...(workedMs === undefined ? [] : [`worked ${workedMs}`]),
  ].join(', ');
const stepsOf = (spans: typeof CHARGED) => timelineOf(spans)!.steps.map(tellStep);

describe('the timeline of a journey', () => {
  it('tells each step over both brokers, with its waiting and its working time apart', () => {
    expect(stepsOf(CHARGED)).toEqual([
      'request client > service:order-1: POST /api/orders → 201, worked 12',
      'write service:order-1 > outbox:order: payment.charge.v1',
      'send outbox:order > queue:payment.work: payment.charge.v1, waited 3',
      'handle queue:payment.work > service:payment-2: payment.charge.v1, waited 2, worked 42',
      'call service:payment-2 > outside:provider: POST /charges, worked 30',
      'write service:payment-2 > outbox:payment: payment.charged.v1',
      'send outbox:payment > topic:payment.events: payment.charged.v1, waited 2',
      'handle topic:payment.events > service:order-2: payment.charged.v1, waited 5, worked 5',
    ]);
    expect(timelineOf(CHARGED)).toMatchObject({
      waitedMs: { outbox: 5, brokers: 7 },
      // The provider's time is inside of payment's, and is told once.
      workedMs: { services: 29, outside: 30 },
      orphans: 0,
    });
  });

  it('has its lifelines in the order of the way that an order takes', () => {
    expect(timelineOf(CHARGED)!.lifelines.map(({ label }) => label)).toEqual([
      'client',
      'nginx',
      'order-1',
      'order-2',
      'outbox (order)',
      'payment.work',
      'payment-2',
      'outbox (payment)',
      'provider',
      'payment.events',
    ]);
  });

  it('tells a message as sent before it is handled, also when its handler is quicker than the confirm', () => {
    const quick = { ...CHARGED[3]!, startMs: CHARGED[2]!.endMs - 1.5 };
    const steps = timelineOf([...without('handle-charge'), quick])!.steps.filter(({ label }) => label === 'payment.charge.v1');
    expect(steps.map(({ kind, waitedMs }) => [kind, waitedMs])).toEqual([
      ['write', undefined],
      ['send', 3],
      ['handle', 0],
    ]);
  });

  it('takes a mail that is sent for a call of the mail server, and for no message', () => {
    const mail = told('notification-1', 'client', 'send mail', 10, 20, { id: 'mail' });
    expect(stepsOf([mail])).toEqual(['call service:notification-1 > outside:mail server: send mail, worked 10']);
  });

  it('is nothing without spans', () => {
    expect(timelineOf([])).toBeUndefined();
  });

  it('shows a message that was handled as sent, when the replica that sent it died with its span', () => {
    const steps = stepsOf(without('send-charge'));
    expect(steps).toContain('send outbox:order > queue:payment.work: payment.charge.v1, unseen');
    expect(steps).toContain('handle queue:payment.work > service:payment-2: payment.charge.v1, worked 42');
  });

  it('shows what it has when the spans before it are missing, and counts who lacks its parent', () => {
    const timeline = timelineOf(without('post', 'create-charge'))!;
    expect(timeline.orphans).toBe(2);
    expect(timeline.steps.map(tellStep).slice(0, 2)).toEqual([
      'send outbox:order > queue:payment.work: order.commands, waited 3',
      'handle queue:payment.work > service:payment-2: payment.work, waited 2, worked 42',
    ]);
    expect(timeline.lifelines.map(({ kind }) => kind)).not.toContain('client');
  });

  it('counts attempts, and tells failures, duplicates and compensation from each other', () => {
    const again = (id: string, from: number, outcome: string, error?: string) =>
      told('payment-1', 'consumer', 'process payment.work', from, from + 1, {
        id,
        parent: 'create-charge',
        ...(error && { error }),
        attributes: rabbit('payment.work', { 'waybill.outcome': outcome }),
      });
    const cancel = told('order-1', 'producer', 'create payment.cancel.v1', 110, 110, { id: 'create-cancel' });
    const spans = [
      ...without('handle-charge'),
      again('a', 20, 'parked', 'no connection'),
      again('b', 90, 'handled'),
      again('c', 100, 'duplicate'),
      cancel,
    ];
    const steps = timelineOf(spans)!.steps.filter(({ kind, id }) => kind === 'handle' || id === 'create-cancel');
    expect(steps.map(({ id, tone, attempt }) => [id, tone, attempt])).toEqual([
      ['a', 'failure', undefined],
      ['handle-charged', 'forward', undefined],
      ['b', 'forward', 2],
      ['c', 'duplicate', undefined],
      ['create-cancel', 'compensation', undefined],
    ]);
  });

  it('has a cancel, which is a request and a trace of its own, on the lifelines of the same order', () => {
    const cancelled = [
      told('order-2', 'server', 'POST /api/orders/:id/cancel', 900, 910, { id: 'cancel' }),
      told('order-2', 'producer', 'create payment.cancel.v1', 905, 905, { id: 'create-cancel', parent: 'cancel' }),
      told('order-1', 'client', 'send order.commands', 911, 913, {
        id: 'send-cancel',
        parent: 'create-cancel',
        attributes: rabbit('order.commands', { 'messaging.operation.type': 'send', 'waybill.outbox.wait_ms': 2 }),
      }),
      told('payment-2', 'consumer', 'process payment.work', 914, 950, {
        id: 'handle-cancel',
        parent: 'create-cancel',
        attributes: rabbit('payment.work', { 'waybill.outcome': 'handled' }),
      }),
    ].map((span) => ({ ...span, traceId: 'cancels' }));
    const { lifelines, steps, orphans } = timelineOf([...CHARGED, ...cancelled])!;
    expect(lifelines).toEqual(timelineOf(CHARGED)!.lifelines);
    expect(orphans).toBe(0);
    expect(steps.slice(-4).map((step) => [tellStep(step)])).toEqual([
      ['request client > service:order-2: POST /api/orders/:id/cancel, compensation, worked 10'],
      ['write service:order-2 > outbox:order: payment.cancel.v1, compensation'],
      ['send outbox:order > queue:payment.work: payment.cancel.v1, compensation, waited 2'],
      ['handle queue:payment.work > service:payment-2: payment.cancel.v1, compensation, waited 1, worked 36'],
    ]);
  });

  it('finds what caused a redriven dead letter by its link, because it has a new root', () => {
    const redriven = told('payment-1', 'consumer', 'process payment.work', 500, 510, {
      id: 'redriven',
      link: 'create-charge',
      attributes: rabbit('payment.work', { 'waybill.outcome': 'handled' }),
    });
    expect(stepsOf([...without('handle-charge'), redriven])).toContain(
      'handle queue:payment.work > service:payment-1: payment.charge.v1, waited 484, worked 10',
    );
  });

  it('is the same in whatever order the spans came, and never lacks a lifeline, whichever of them are lost', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...CHARGED], { minLength: 1 }), (some) => {
        const timeline = timelineOf(some)!;
        const ids = timeline.lifelines.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { from, to } of timeline.steps) expect(ids).toEqual(expect.arrayContaining([from, to]));
        expect(timelineOf(CHARGED.filter((span) => some.includes(span)))).toEqual(timeline);
        expect(timeline.steps.every(({ waitedMs = 0, workedMs = 0 }) => waitedMs >= 0 && workedMs >= 0)).toBe(true);
      }),
    );
  });
});

describe('a journey with fewer lines', () => {
  it('has a line for each service, with its replicas and its outbox, and no step within one', () => {
    const { lifelines, steps } = compact(timelineOf(CHARGED)!);
    expect(lifelines.map(({ label }) => label)).toEqual([
      'client',
      'nginx',
      'order',
      'payment.work',
      'payment',
      'provider',
      'payment.events',
    ]);
    expect(steps.map(({ id }) => id)).toEqual(['post', 'send-charge', 'handle-charge', 'call', 'send-charged', 'handle-charged']);
  });
});

describe('a journey for a room', () => {
  it('has one line for each broker, and every step that crosses from one line to another', () => {
    const { lifelines, steps } = simple(timelineOf(CHARGED)!);
    expect(lifelines.map(({ label }) => label)).toEqual(['client', 'nginx', 'order', 'RabbitMQ', 'payment', 'provider', 'Kafka']);
    expect(steps.map(({ from, to, label }) => `${from} > ${to}: ${label}`)).toEqual([
      'client > service:order: POST /api/orders → 201',
      'service:order > queue:RabbitMQ: payment.charge',
      'queue:RabbitMQ > service:payment: payment.charge',
      'service:payment > outside:provider: POST /charges',
      'service:payment > topic:Kafka: payment.charged',
      'topic:Kafka > service:order: payment.charged',
    ]);
  });
});

describe('a journey in Mermaid', () => {
  it('is a sequence diagram with every lifeline and every step', () => {
    const text = mermaidOf(timelineOf(CHARGED.slice(0, 4))!);
    expect(text.split('\n')).toEqual([
      'sequenceDiagram',
      '  actor p1 as client',
      '  participant p2 as nginx',
      '  participant p3 as order-1',
      '  participant p4 as outbox (order)',
      '  participant p5 as payment.work',
      '  participant p6 as payment-2',
      '  p1->>p3: POST /api/orders → 201 (worked 12 ms)',
      '  p3->>p4: payment.charge.v1',
      '  p4->>p5: payment.charge.v1 (waited 3 ms)',
      '  p5->>p6: payment.charge.v1 (waited 2 ms, worked 42 ms)',
      '',
    ]);
  });

  it('holds nothing that begins or ends a statement', () => {
    const [first] = CHARGED;
    expect(mermaidOf(timelineOf([{ ...first!, name: 'a; b # c\nd' }])!).split('\n').length).toBe(6);
  });
});

describe('a length of time', () => {
  it.each([
    [0.04, '0 ms'],
    [1.26, '1.3 ms'],
    [12.4, '12 ms'],
    [3_210, '3.2 s'],
    [600_000, '10 min'],
  ])('%d ms reads %s', (ms, text) => {
    expect(milliseconds(ms)).toBe(text);
  });
});
