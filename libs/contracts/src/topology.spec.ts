import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { command, event } from './contract.js';
import {
  contracts as all,
  kafkaRights,
  kafkaTopology,
  PARTITIONS,
  rabbitRights,
  rabbitTopology,
  type Contract,
  type ServiceName,
} from './index.js';

// The system as it is shipped, listed on purpose: a reviewer sees a new queue or right here. What a generated service brings,
// asyncapi.json says.
const SHIPPED: readonly ServiceName[] = ['order', 'payment', 'notification'];
const isShipped = (service: ServiceName) => SHIPPED.includes(service);
const contracts = all.flatMap((contract): Contract[] => {
  if (contract.kind === 'event')
    return isShipped(contract.emittedBy) ? [{ ...contract, handledBy: contract.handledBy.filter(isShipped) }] : [];
  return isShipped(contract.handledBy) ? [{ ...contract, sentBy: contract.sentBy.filter(isShipped) }] : [];
});

describe('Kafka, derived from the contracts', () => {
  it('has one topic per emitting service, and one group per handling service', () => {
    expect(kafkaTopology(contracts)).toEqual({
      topics: [
        { name: 'notification.events', partitions: PARTITIONS },
        { name: 'order.events', partitions: PARTITIONS },
        { name: 'payment.events', partitions: PARTITIONS },
      ],
      groups: [
        { service: 'notification', group: 'notification.handlers', topics: ['order.events'] },
        { service: 'order', group: 'order.handlers', topics: ['payment.events'] },
      ],
    });
  });
});

describe("a service's rights at Kafka, derived from the contracts", () => {
  it('are to write its own topic, to read what it subscribes to in its own group, and to see how far its readers are', () => {
    expect(kafkaRights('order', contracts)).toEqual([
      { resource: 'topic', name: 'order.events', operation: 'write' },
      { resource: 'group', name: 'notification.handlers', operation: 'describe' },
      { resource: 'group', name: 'order.handlers', operation: 'read' },
      { resource: 'topic', name: 'payment.events', operation: 'read' },
    ]);
    expect(kafkaRights('payment', contracts)).toEqual([
      { resource: 'topic', name: 'payment.events', operation: 'write' },
      { resource: 'group', name: 'order.handlers', operation: 'describe' },
    ]);
    expect(kafkaRights('notification', contracts)).toEqual([
      { resource: 'topic', name: 'notification.events', operation: 'write' },
      { resource: 'group', name: 'notification.handlers', operation: 'read' },
      { resource: 'topic', name: 'order.events', operation: 'read' },
    ]);
  });
});

describe('RabbitMQ, derived from the contracts', () => {
  it('has one exchange per sending service, and one queue with a net per handling service', () => {
    expect(rabbitTopology(contracts)).toEqual({
      exchanges: ['notification.commands', 'order.commands', 'payment.commands'],
      queues: [
        {
          service: 'notification',
          queue: 'notification.work',
          net: 'notification.net',
          bindings: [
            { exchange: 'order.commands', routingKey: 'notification.remember.v1' },
            { exchange: 'order.commands', routingKey: 'notification.forget.v1' },
            { exchange: 'notification.commands', routingKey: 'notification.send.v1' },
          ],
        },
        {
          service: 'order',
          queue: 'order.work',
          net: 'order.net',
          bindings: [
            { exchange: 'order.commands', routingKey: 'order.expire.v1' },
            { exchange: 'order.commands', routingKey: 'order.erase.v1' },
          ],
        },
        {
          service: 'payment',
          queue: 'payment.work',
          net: 'payment.net',
          bindings: [
            { exchange: 'order.commands', routingKey: 'payment.charge.v2' },
            { exchange: 'order.commands', routingKey: 'payment.charge.v1' },
            { exchange: 'order.commands', routingKey: 'payment.cancel.v1' },
            { exchange: 'payment.commands', routingKey: 'payment.cancel.v1' },
            { exchange: 'order.commands', routingKey: 'payment.forget.v1' },
          ],
        },
      ],
    });
  });

  it('lets a service send its own commands and read its own queue, and nothing else', () => {
    expect(rabbitRights('order', contracts)).toEqual({
      configure: '^$',
      write: '^(order\\.commands)$',
      read: '^(order\\.work|order\\.net)$',
      topics: [
        {
          exchange: 'order.commands',
          write:
            '^(order\\.expire\\.v1|order\\.erase\\.v1|payment\\.charge\\.v2|payment\\.charge\\.v1|payment\\.cancel\\.v1|payment\\.forget\\.v1|notification\\.remember\\.v1|notification\\.forget\\.v1)$',
          read: '^$',
        },
      ],
    });
    expect(rabbitRights('payment', contracts)).toEqual({
      configure: '^$',
      write: '^(payment\\.commands)$',
      read: '^(payment\\.work|payment\\.net)$',
      topics: [{ exchange: 'payment.commands', write: '^(payment\\.cancel\\.v1)$', read: '^$' }],
    });
    expect(rabbitRights('notification', contracts)).toEqual({
      configure: '^$',
      write: '^(notification\\.commands)$',
      read: '^(notification\\.work|notification\\.net)$',
      topics: [{ exchange: 'notification.commands', write: '^(notification\\.send\\.v1)$', read: '^$' }],
    });
  });

  it('matches names exactly: a dot is a dot, and nothing may follow', () => {
    const { write } = rabbitRights('order', contracts);
    expect('order.commands').toMatch(new RegExp(write));
    for (const other of ['orderXcommands', 'order.commands2', 'payment.commands', 'net'])
      expect(other).not.toMatch(new RegExp(write));
  });
});

describe('a new contract', () => {
  const schema = z.strictObject({ orderId: z.string() });
  const common = { schema, sample: { orderId: '1' }, key: (payload: { orderId: string }) => payload.orderId };
  const added = [
    event({
      ...common,
      type: 'payment.disputed.v1',
      emittedBy: 'payment',
      handledBy: ['order', 'notification'],
      sequence: () => 1,
    }),
    command({ ...common, type: 'payment.settle.v1', sentBy: ['notification'], handledBy: 'payment' }),
  ] as unknown as readonly Contract[];

  it('brings its topics, bindings and rights with it', () => {
    const more = [...contracts, ...added];
    expect(kafkaTopology(more).groups).toContainEqual({
      service: 'notification',
      group: 'notification.handlers',
      topics: ['order.events', 'payment.events'],
    });
    expect(rabbitTopology(more).queues.find((queue) => queue.service === 'payment')?.bindings).toContainEqual({
      exchange: 'notification.commands',
      routingKey: 'payment.settle.v1',
    });
    expect(kafkaRights('notification', more)).toContainEqual({ resource: 'topic', name: 'payment.events', operation: 'read' });
    expect(rabbitRights('notification', more).topics).toEqual([
      { exchange: 'notification.commands', write: '^(notification\\.send\\.v1|payment\\.settle\\.v1)$', read: '^$' },
    ]);
  });
});
