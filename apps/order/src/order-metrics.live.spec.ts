import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paymentCharged } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { eventually, ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, place } from '../test/order-under-test.js';

const DEADLINE_MS = 60_000;

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService({ paymentDeadlineMs: DEADLINE_MS }));
});
afterAll(() => service.close());

/** The figures that Prometheus would read now, by their series. */
async function figures(): Promise<Readonly<Record<string, number>>> {
  const { body } = await service.app.inject({ method: 'GET', url: '/metrics' });
  const lines = body.split('\n').filter((line) => line && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

/** A reading of the database serves for a second, and a slow one is left out. So this reads again until the figures are there. */
const figuresWith = (expected: Readonly<Record<string, number>>) =>
  eventually('the figures are read anew', async () => {
    const read = await figures();
    expect(read).toMatchObject(expected);
    return read;
  });

/** An order of two mugs, 25.00 EUR. Its id. */
const placed = async () => (await place(service)).id;

describe('what an order service tells of its orders', () => {
  test('are those under way, how long the oldest has been so, and those that should have ended', async () => {
    await figuresWith({ 'waybill_orders{status="placed"}': 0, waybill_orders_overdue: 0 });
    const late = await placed();
    await placed();
    await service.query(`UPDATE orders SET updated_at = now() - interval '70 s' WHERE id = '${late}'`);
    const read = await figuresWith({ 'waybill_orders{status="placed"}': 2, waybill_orders_overdue: 1 });
    expect(read['waybill_orders{status="cancelling"}']).toBe(0);
    expect(read['waybill_orders_oldest_seconds{status="placed"}']).toBeGreaterThanOrEqual(70);
  });

  test('is how long an order took, once it is settled', async () => {
    // The service itself keeps this figure, so it is there at once, but not before the first order is settled.
    const settled = async () => (await figures())['waybill_order_settled_seconds_count{status="confirmed"}'] ?? 0;
    const before = await settled();
    const orderId = await placed();
    const charged = { orderId, version: 1, amount: 2500, currency: 'EUR', chargedAt: '2026-11-24T08:00:00.500Z' };
    await service.deliver(paymentCharged, charged, newId());
    expect(await settled()).toBe(before + 1);
  });
});
