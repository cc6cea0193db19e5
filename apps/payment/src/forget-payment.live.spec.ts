import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { paymentCancel, paymentCharge, paymentForget } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { deliversOnce, outsideWorld, type OutsideWorld, ServiceUnderTest } from '@waybill/testing';
import { type App, paymentService } from '../test/payment-under-test.js';

let world: OutsideWorld;
let service: ServiceUnderTest<App>;
beforeAll(async () => {
  world = await outsideWorld();
  service = await ServiceUnderTest.make(paymentService(world.provider));
});
afterEach(() => world.faults());
afterAll(() => service.close());
afterAll(() => world.end());

const money = { amount: 2500, currency: 'EUR' };
const charge = (orderId: string, paymentMethod = 'pm_ok') =>
  service.deliver(paymentCharge, { orderId, customerId: 'canary-17', ...money, paymentMethod }, newId());
const forget = (orderId: string, id = newId()) => service.deliver(paymentForget, { orderId }, id);
const rowOf = async (orderId: string) =>
  (
    await service.query<{ forgotten: boolean }>(
      `SELECT customer_id, payment_method, forgotten, amount, status FROM payments WHERE order_id = $1`,
      [orderId],
    )
  )[0]!;

async function charged(): Promise<string> {
  const orderId = newId();
  await charge(orderId);
  return orderId;
}

describe('payment.forget', () => {
  deliversOnce({
    message: async () => ({ id: newId(), orderId: await charged() }),
    deliver: ({ id, orderId }) => forget(orderId, id),
    failNext: () => service.failNextCommit(),
    effects: async ({ orderId }) => ((await rowOf(orderId)).forgotten ? 1 : 0),
  });

  test('leaves the sum and the outcome, and nothing of the customer', async () => {
    const orderId = await charged();
    await forget(orderId);
    expect(await rowOf(orderId)).toEqual({
      ...{ customer_id: null, payment_method: null, forgotten: true, amount: 2500, status: 'charged' },
    });
  });

  test('does not keep the money from going back later', async () => {
    const orderId = await charged();
    await forget(orderId);
    await service.deliver(paymentCancel, { orderId, ...money }, newId());
    expect(await rowOf(orderId)).toMatchObject({ status: 'refunded', customer_id: null });
  });

  test('holds for a charge that comes later', async () => {
    const orderId = newId();
    await service.deliver(paymentCancel, { orderId, ...money }, newId());
    await forget(orderId);
    await charge(orderId);
    expect(await rowOf(orderId)).toMatchObject({ status: 'voided', customer_id: null, payment_method: null });
  });

  test('takes a charge that waits, parked', async () => {
    const orderId = newId();
    await world.faults({ provider: { refuse: 1 } });
    await charge(orderId);
    await world.faults();
    expect(await service.parked()).toMatchObject([{ type: 'payment.charge.v2' }]);
    await service.deliver(paymentCancel, { orderId, ...money }, newId());
    await forget(orderId);
    expect(await service.parked()).toEqual([]);
    expect(await rowOf(orderId)).toMatchObject({ customer_id: null, payment_method: null });
  });
});
