import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paymentCharged } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, place } from '../test/order-under-test.js';

const DEADLINE_MS = 60_000;

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService({ paymentDeadlineMs: DEADLINE_MS }));
});
afterAll(() => service.close());

/** A figure as Prometheus would read it. One reading serves a second, so each is read again until it is new. */
async function figure(series: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  const { body } = await service.app.inject({ method: 'GET', url: '/metrics' });
  const line = body.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? Number.NaN : Number(line.split(' ').at(-1));
}

/** An order of two mugs, 25.00 EUR. Its id. */
const placed = async () => (await place(service)).id;

describe('what an order service tells of its orders', () => {
  test('are those under way, how long the oldest has been so, and those that should have ended', async () => {
    expect(await figure('waybill_orders{status="placed"}')).toBe(0);
    const late = await placed();
    await placed();
    await service.query(`UPDATE orders SET updated_at = now() - interval '70 s' WHERE id = '${late}'`);
    expect(await figure('waybill_orders{status="placed"}')).toBe(2);
    expect(await figure('waybill_orders{status="cancelling"}')).toBe(0);
    expect(await figure('waybill_orders_oldest_seconds{status="placed"}')).toBeGreaterThanOrEqual(70);
    expect(await figure('waybill_orders_overdue')).toBe(1);
  });

  test('is how long an order took, once it is settled', async () => {
    const before = (await figure('waybill_order_settled_seconds_count{status="confirmed"}')) || 0;
    const orderId = await placed();
    const charged = { orderId, version: 1, amount: 2500, currency: 'EUR', chargedAt: '2026-11-24T08:00:00.500Z' };
    await service.deliver(paymentCharged, charged, newId());
    expect(await figure('waybill_order_settled_seconds_count{status="confirmed"}')).toBe(before + 1);
  });
});
