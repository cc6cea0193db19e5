import { expect, it } from '@jest/globals';
import { overviewOfContainers } from './container-overview.ts';

const container = (service: string, number: number, more = {}) => ({
  name: `waybill-${service}-${number}`,
  service,
  number,
  running: true,
  healthy: true,
  pid: 4711,
  restarts: 0,
  clear: false,
  published: {},
  ...more,
});

const overview = overviewOfContainers(
  [
    container('only-here', 1),
    container('nginx', 1, { published: { 8080: 9080, 8081: 9081 } }),
    container('payment', 3, { running: false, healthy: false, pid: null }),
    container('payment', 1),
    container('rabbitmq', 1),
  ],
  new Map([
    ['waybill-payment-1', 80e6],
    ['waybill-rabbitmq-1', 130e6],
  ]),
);

it('containers have the names and the order of the native stack', () => {
  expect(overview.services.map(({ name }) => name)).toEqual(['rabbitmq', 'payment-1', 'payment-3', 'nginx', 'only-here']);
});

it('a port is the one of loopback, and only what is published has an address', () => {
  expect(overview.services.find(({ name }) => name === 'nginx')).toMatchObject({ ports: { edge: 9080, operations: 9081 } });
  // RabbitMQ's page is nginx's to show; the outside world is not there.
  expect(overview.urls).toEqual({
    edge: 'http://127.0.0.1:9080',
    operations: 'http://127.0.0.1:9081',
    rabbitmq: 'http://127.0.0.1:9081/rabbitmq/',
  });
});

it('what runs in containers alone has an address too', () => {
  const nginx = container('nginx', 1, { published: { 8081: 9081 } });
  const { urls } = overviewOfContainers([nginx, container('grafana', 1), container('kibana', 1)], new Map());
  expect(urls).toMatchObject({ grafana: 'http://127.0.0.1:9081/grafana/', kibana: 'http://127.0.0.1:9081/kibana/' });
});

it('a killed container counts as a replica that is not healthy', () => {
  expect(overview.parts).toContainEqual({ name: 'payment', replicas: 2, healthy: 1, memoryBytes: 80e6 });
  expect(overview.services.find(({ name }) => name === 'payment-3')).toMatchObject({ state: 'stopped', pid: null });
});
