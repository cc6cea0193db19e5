import { describe, expect, it } from '@jest/globals';
import type { ContractView, LiveItem } from '../answers.ts';
import { edgesOf, mapOf, SIZES } from './map.ts';

const contract = (given: Partial<ContractView>): ContractView => ({
  type: 'payment.charge.v1',
  version: 1,
  kind: 'command',
  broker: 'RabbitMQ',
  senders: ['order'],
  handlers: ['payment'],
  from: ['order.commands'],
  to: ['payment.work'],
  key: 'orderId',
  sample: {},
  schema: {},
  ...given,
});
const event = (given: Partial<ContractView>) => contract({ kind: 'event', broker: 'Kafka', partitions: 6, ...given });
const CONTRACTS = [
  contract({}),
  contract({ type: 'payment.cancel.v1' }),
  event({
    type: 'payment.charged.v1',
    senders: ['payment'],
    handlers: ['order'],
    from: ['payment.events'],
    to: ['order.handlers'],
  }),
  event({ type: 'order.cancel-requested.v1', senders: ['order'], handlers: [], from: ['order.events'], to: [] }),
];
const item = (given: Partial<LiveItem>): LiveItem => ({
  kind: 'published',
  type: 'payment.charge.v1',
  service: 'order',
  count: 1,
  ...given,
});

describe('the map', () => {
  const { nodes, edges } = mapOf(CONTRACTS);

  it('has an edge for each way that messages go, whatever their number', () => {
    expect(edges.map(({ id, types }) => [id, types])).toEqual([
      ['clients>nginx', []],
      ['nginx>order', []],
      ['order>payment.work', ['payment.charge.v1', 'payment.cancel.v1']],
      ['payment.work>payment', ['payment.charge.v1', 'payment.cancel.v1']],
      ['payment>payment.events', ['payment.charged.v1']],
      ['payment.events>order', ['payment.charged.v1']],
      ['order>order.events', ['order.cancel-requested.v1']],
      ['payment>provider', []],
    ]);
  });

  it('shows the partitions of each topic, whether a group reads it or not', () => {
    expect(nodes.filter(({ partitions }) => partitions).map(({ id, partitions }) => [id, partitions])).toEqual([
      ['payment.events', 6],
      ['order.events', 6],
    ]);
  });

  it('leads no edge into nowhere, and puts no two nodes on one place', () => {
    const ids = nodes.map(({ id }) => id);
    for (const { from, to } of edges) expect(ids).toEqual(expect.arrayContaining([from, to]));
    expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(nodes.length);
  });

  it('is no larger than its place on a projector, so that its text is not made smaller there', () => {
    const six = ['order', 'payment', 'notification'].flatMap((service) => [
      contract({ type: `${service}.do.v1`, senders: ['order'], handlers: [service], to: [`${service}.work`] }),
      event({ type: `${service}.done.v1`, senders: [service], handlers: ['order'], from: [`${service}.events`] }),
    ]);
    const { nodes: all } = mapOf(six);
    const right = Math.max(...all.map(({ kind, x }) => x + SIZES[kind].width));
    const bottom = Math.max(...all.map(({ kind, y }) => y + SIZES[kind].height));
    const top = Math.min(...all.map(({ y }) => y));
    // Of 1280 x 720: what the head, the bar, the newest orders and the margins leave.
    expect([right <= 880, bottom - top <= 440]).toEqual([true, true]);
  });

  it.each([
    ['an order that is accepted', item({ kind: 'accepted' }), ['clients>nginx', 'nginx>order']],
    ['a command that the exchange has', item({ way: 'order.commands' }), ['order>payment.work']],
    ['a message that arrives', item({ kind: 'received', service: 'payment' }), ['payment.work>payment']],
    [
      'a message of which only the way is known',
      item({ kind: 'received', type: 'unknown', service: 'payment', way: 'payment.work' }),
      ['payment.work>payment'],
    ],
    ['a charge', item({ kind: 'charged', service: 'payment' }), ['payment>provider']],
    ['what happens within a service', item({ kind: 'handled', service: 'payment' }), []],
  ])('shows %s where it went', (_, given, wanted) => {
    expect(edgesOf(given, CONTRACTS)).toEqual(wanted);
    for (const id of wanted) expect(edges.map((edge) => edge.id)).toContain(id);
  });
});
