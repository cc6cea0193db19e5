import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, ServiceUnderTest, tcpProxy, type TcpProxy } from '@waybill/testing';
import { type App, orderService, twoMugs } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
let proxy: TcpProxy;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
  proxy = await tcpProxy(service.database.access);
});
afterAll(async () => {
  // First, because a statement that still waits for an answer through it would keep the service from closing.
  await proxy.close();
  await service.close();
});

test('a replica that misses its brokers serves, and is not ready', async () => {
  const statusOf = async (url: string) => (await service.app.inject({ url })).statusCode;
  expect([await statusOf('/health/serving'), await statusOf('/health/ready')]).toEqual([200, 503]);
});

test('a replica whose way to the database swallows everything says so at once, gives each statement up, and is back with the way', async () => {
  const app = await service.replica({ through: proxy });
  const statusOf = async (url: string) => (await app.inject({ url })).statusCode;
  const order = () =>
    app.inject({ method: 'POST', url: '/api/orders', headers: { 'idempotency-key': 'cut-off' }, payload: twoMugs });
  const [products, serving] = await Promise.all([statusOf('/api/products'), statusOf('/health/serving')]);
  expect([products, serving]).toEqual([200, 200]);

  proxy.swallow();
  const since = performance.now();
  const answers: number[] = [];
  for (const asked of [app.inject({ url: '/api/products' }), order()])
    void asked.then(({ statusCode }) => answers.push(statusCode));
  expect(await statusOf('/health/serving')).toBe(503);
  expect(performance.now() - since).toBeLessThan(2_500);
  // Above PostgreSQL's own 10 s, and far below the kernel's quarter of an hour.
  await eventually('both requests are answered', () => answers.length === 2, { timeoutMs: 14_000 });
  expect(answers).toEqual([503, 503]);

  proxy.heal();
  const healed = performance.now();
  await eventually('it serves again', async () => (await statusOf('/health/serving')) === 200, { timeoutMs: 14_000 });
  await eventually('orders are taken again', async () => (await order()).statusCode === 202, { timeoutMs: 14_000 });
  expect(performance.now() - healed).toBeLessThan(14_000);
});
