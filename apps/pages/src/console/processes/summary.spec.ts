import { expect, it } from '@jest/globals';
import { summaryOf } from './summary.ts';

const replica = (name: string, up: boolean, memoryBytes?: number) => ({
  name,
  service: name.replace(/-\d+$/, ''),
  address: `${name}:1`,
  up,
  since: 0,
  ...(memoryBytes !== undefined && { memoryBytes }),
});

it('has a line for each part: replicas that are there, those that answer, and their memory together', () => {
  const rows = summaryOf({
    replicas: [replica('order-1', true, 100), replica('order-2', false, 50), replica('payment-1', true)],
    targets: [
      { job: 'rabbitmq', up: true, memoryBytes: 7 },
      { job: 'rabbitmq-queues', up: false },
      { job: 'kafka', up: true },
      { job: 'haproxy', up: false },
    ],
  });
  expect(rows).toEqual([
    { name: 'order', replicas: 2, healthy: 1, memoryBytes: 150 },
    { name: 'payment', replicas: 1, healthy: 1 },
    { name: 'rabbitmq', replicas: 1, healthy: 0, memoryBytes: 7 },
    { name: 'kafka', replicas: 1, healthy: 1 },
  ]);
});
