import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { newId } from '@waybill/messaging';
import { ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, twoMugs } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
});
afterAll(() => service.close());

test('a replica whose clock is fifteen days ahead takes no order, leaves the balancers and says why; it is back with its clock', async () => {
  const { app } = service;
  const headers = { 'idempotency-key': newId() };
  const order = () => app.inject({ method: 'POST', url: '/api/orders', headers, payload: twoMugs });
  const saved = async () => (await service.query('SELECT 1 FROM orders')).length;

  const rightTime = Date.now;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => rightTime() + 15 * 86_400_000);
  try {
    const refused = await order();
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '2']);
    for (const url of ['/health/serving', '/health/ready']) {
      const health = await app.inject({ url });
      expect([health.statusCode, health.json()]).toEqual([
        503,
        expect.objectContaining({
          error: expect.objectContaining({
            database: expect.objectContaining({
              status: 'down',
              message: expect.stringContaining(`The clock of this process is 1296000 s ahead of its database's`),
            }),
          }),
        }),
      ]);
    }
    expect(await saved()).toBe(0);
    const [, ahead] = /^waybill_clock_ahead_seconds (.*)$/m.exec((await app.inject({ url: '/metrics' })).body)!;
    expect(Number(ahead)).toBeCloseTo(15 * 86_400, -1);
  } finally {
    clock.mockRestore();
  }
  // No restart, and no wait: the next question finds it right.
  expect((await app.inject({ url: '/health/serving' })).statusCode).toBe(200);
  expect((await order()).statusCode).toBe(202);
  expect(await saved()).toBe(1);
});
