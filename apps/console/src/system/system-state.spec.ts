import { describe, expect, it } from '@jest/globals';
import type { Value } from './prometheus.js';
import { stateOf } from './system-state.js';

const value = (name: string, labels: Record<string, string>, its: number): Value => ({
  labels: { __name__: name, ...labels },
  value: its,
});
const of = (...figures: Value[]) => stateOf([], figures, 0);

describe('what waits in a topic', () => {
  const lag = (group: string, partition: string, events: number) =>
    value('partition:kafka_lag:max', { group, topic: 'order.events', partition }, events);

  it('is told for each partition, over all groups that read it', () => {
    const { partitions } = of(
      lag('payment.handlers', '0', 3),
      lag('notification.handlers', '0', 4),
      lag('payment.handlers', '5', 0),
    );
    expect(partitions).toEqual([
      { topic: 'order.events', partition: 0, events: 7 },
      { topic: 'order.events', partition: 5, events: 0 },
    ]);
  });
});

describe('what came into an inbox', () => {
  const rate = (service: string, outcome: string, perSecond: number, type = 'payment.charge.v1') =>
    value('type:messages:rate1m', { service, type, outcome }, perSecond);

  it('is every message that became something, with those that were there already', () => {
    const { inbox } = of(
      rate('payment', 'handled', 10),
      rate('payment', 'duplicate', 2),
      rate('payment', 'handled', 1, 'payment.cancel.v1'),
      rate('order', 'dead', 0.5),
    );
    expect(inbox).toEqual([
      { service: 'payment', perSecond: 13, duplicatesPerSecond: 2 },
      { service: 'order', perSecond: 0.5, duplicatesPerSecond: 0 },
    ]);
  });

  it('leaves out attempts that failed: their message comes again', () => {
    expect(of(rate('payment', 'failed', 9), rate('payment', 'fenced', 1)).inbox).toEqual([]);
  });
});
