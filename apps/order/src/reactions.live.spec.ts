import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paymentCharged, paymentDeclined } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { deliversOnce, ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, place } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
});
afterAll(() => service.close());

const at = '2026-11-24T08:00:00.500Z';
const charged = (orderId: string, amount = 2500) => ({ orderId, version: 1, amount, currency: 'EUR', chargedAt: at });
const declined = (orderId: string) => ({ orderId, version: 1, reason: 'insufficient funds', declinedAt: at });

/** An order of two mugs, 25.00 EUR. Its id. */
const placed = async () => (await place(service)).id;

const orderOf = async (id: string) => (await service.app.inject(`/api/orders/${id}`)).json<object>();
const historyOf = async (id: string) => (await service.app.inject(`/api/orders/${id}/history`)).json<object[]>();

/** How often an order got an outcome: its history and what it sent must agree. */
async function outcomes(orderId: string, type: string): Promise<number> {
  const history = await historyOf(orderId);
  const sent = (await service.sent(orderId)).filter((each) => each === type);
  expect(sent).toHaveLength(history.length - 1);
  return sent.length;
}

describe('payment.charged', () => {
  deliversOnce({
    message: async () => ({ id: newId(), orderId: await placed() }),
    deliver: ({ id, orderId }) => service.deliver(paymentCharged, charged(orderId), id),
    failNext: () => service.failNextCommit(),
    effects: ({ orderId }) => outcomes(orderId, 'order.confirmed.v1'),
  });

  test('confirms the order, and its history names the message', async () => {
    const [orderId, id] = [await placed(), newId()];
    await service.deliver(paymentCharged, charged(orderId), id);
    expect(await orderOf(orderId)).toMatchObject({ status: 'confirmed', version: 2, total: 2500 });
    expect(await historyOf(orderId)).toMatchObject([
      { version: 1, status: 'placed' },
      { version: 2, status: 'confirmed', message: { id, type: 'payment.charged.v1' } },
    ]);
  });

  test('of another amount changes nothing and waits with its reason', async () => {
    const orderId = await placed();
    await service.deliver(paymentCharged, charged(orderId, 1), newId());
    expect(await orderOf(orderId)).toMatchObject({ status: 'placed', version: 1 });
    expect(await service.parked()).toMatchObject([
      { state: 'waiting', failures: 1, errors: [{ error: expect.stringContaining('but 1 EUR were charged') }] },
    ]);
    await service.query(`DELETE FROM parked`);
  });

  test('of an order that does not exist is a dead letter at once', async () => {
    const orderId = newId();
    await service.deliver(paymentCharged, charged(orderId), newId());
    expect(await service.parked()).toMatchObject([
      { state: 'dead', errors: [{ error: `Reject: There is no order ${orderId}.` }] },
    ]);
    await service.query(`DELETE FROM parked`);
  });
});

describe('payment.declined', () => {
  deliversOnce({
    message: async () => ({ id: newId(), orderId: await placed() }),
    deliver: ({ id, orderId }) => service.deliver(paymentDeclined, declined(orderId), id),
    failNext: () => service.failNextCommit(),
    effects: ({ orderId }) => outcomes(orderId, 'order.cancelled.v1'),
  });

  test('cancels the order and says why', async () => {
    const orderId = await placed();
    await service.deliver(paymentDeclined, declined(orderId), newId());
    expect(await orderOf(orderId)).toMatchObject({ status: 'cancelled', reason: 'payment declined: insufficient funds' });
  });
});
