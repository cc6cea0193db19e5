import type { Span } from '../answers.ts';

const START = 1_764_000_000_000;

/** Writes spans for a spec: `told('order-1', 'producer', 'create payment.charge.v1', 3, 3, { parent: 'post' })`. */
export function told(
  replica: string,
  kind: Span['kind'],
  name: string,
  fromMs: number,
  toMs: number,
  more: {
    readonly id: string;
    readonly parent?: string;
    readonly link?: string;
    readonly error?: string;
    readonly attributes?: Span['attributes'];
  },
): Span {
  return {
    traceId: 'trace',
    spanId: more.id,
    ...(more.parent && { parentId: more.parent }),
    links: more.link ? [{ traceId: 'other', spanId: more.link }] : [],
    name,
    kind,
    startMs: START + fromMs,
    endMs: START + toMs,
    ...(more.error && { error: more.error }),
    attributes: more.attributes ?? {},
    service: replica.replace(/-\d+$/, ''),
    replica,
  };
}

export const rabbit = (destination: string, more: Span['attributes'] = {}) => ({
  'messaging.system.name': 'rabbitmq',
  'messaging.destination.name': destination,
  ...more,
});
export const kafka = (destination: string, more: Span['attributes'] = {}) => ({
  'messaging.system.name': 'kafka',
  'messaging.destination.name': destination,
  ...more,
});

/** An order that is placed, charged and confirmed: its first half, over both brokers. */
export const CHARGED: readonly Span[] = [
  told('order-1', 'server', 'POST /api/orders', 0, 12, { id: 'post', attributes: { 'http.response.status_code': 201 } }),
  told('order-1', 'producer', 'create payment.charge.v1', 5, 5, { id: 'create-charge', parent: 'post' }),
  told('order-2', 'client', 'send order.commands', 14, 16, {
    id: 'send-charge',
    parent: 'create-charge',
    attributes: rabbit('order.commands', { 'messaging.operation.type': 'send', 'waybill.outbox.wait_ms': 3 }),
  }),
  told('payment-2', 'consumer', 'process payment.work', 18, 60, {
    id: 'handle-charge',
    parent: 'create-charge',
    link: 'create-charge',
    attributes: rabbit('payment.work', { 'waybill.outcome': 'handled' }),
  }),
  told('payment-2', 'client', 'POST /charges', 20, 50, { id: 'call', parent: 'handle-charge' }),
  told('payment-2', 'producer', 'create payment.charged.v1', 55, 55, { id: 'create-charged', parent: 'handle-charge' }),
  told('payment-1', 'client', 'send payment.events', 62, 65, {
    id: 'send-charged',
    parent: 'create-charged',
    attributes: kafka('payment.events', { 'messaging.operation.type': 'send', 'waybill.outbox.wait_ms': 2 }),
  }),
  told('order-2', 'consumer', 'process payment.events', 70, 75, {
    id: 'handle-charged',
    parent: 'create-charged',
    link: 'create-charged',
    attributes: kafka('payment.events', { 'waybill.outcome': 'handled' }),
  }),
];
