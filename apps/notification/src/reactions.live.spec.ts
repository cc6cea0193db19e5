import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { notificationRemember, orderCancelled, orderConfirmed, orderPlacedV1 } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { deliversOnce, ServiceUnderTest } from '@waybill/testing';
import { type App, NO_MAIL_SERVER, notificationService } from '../test/notification-under-test.js';

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(notificationService(NO_MAIL_SERVER));
});
afterAll(() => service.close());

const at = '2026-11-24T08:00:00.000Z';
const recipient = (orderId: string, email = 'ada@example.com') => ({ orderId, customerId: 'customer-17', email });
const outcomes = {
  confirmed: (orderId: string, id = newId(), version = 2) =>
    service.deliver(orderConfirmed, { orderId, version, confirmedAt: at }, id),
  cancelled: (orderId: string, id = newId(), version = 2) =>
    service.deliver(orderCancelled, { orderId, version, reason: 'payment declined', cancelledAt: at }, id),
};

/** An order whose customer is known here. Its id. */
async function known(): Promise<string> {
  const orderId = newId();
  await service.deliver(notificationRemember, recipient(orderId), newId());
  return orderId;
}

const recipientOf = async (orderId: string) =>
  (await service.query(`SELECT customer_id, email, outcome, outcome_version FROM recipients WHERE order_id = $1`, [orderId]))[0];

const remember = {
  'notification.remember': (orderId: string, id = newId()) => service.deliver(notificationRemember, recipient(orderId), id),
  'order.placed.v1': (orderId: string, id = newId()) =>
    service.deliver(orderPlacedV1, { ...recipient(orderId), version: 1, total: 2500, currency: 'EUR', placedAt: at }, id),
};

describe.each(Object.entries(remember))('%s', (_, deliver) => {
  deliversOnce({
    message: () => ({ id: newId(), orderId: newId() }),
    deliver: ({ id, orderId }) => deliver(orderId, id),
    failNext: () => service.failNextCommit(),
    effects: async ({ orderId }) => ((await recipientOf(orderId)) ? 1 : 0),
  });

  test('is remembered with its address, and mails nobody', async () => {
    const orderId = newId();
    await deliver(orderId);
    expect(await recipientOf(orderId)).toEqual({
      ...{ customer_id: 'customer-17', email: 'ada@example.com', outcome: null, outcome_version: 0 },
    });
    expect(await service.sent(orderId)).toEqual([]);
  });

  test('orders the mail that has waited for it, once', async () => {
    const orderId = newId();
    await outcomes.confirmed(orderId);
    expect(await service.sent(orderId)).toEqual([]);
    expect(await service.parked()).toEqual([]);
    await deliver(orderId);
    await deliver(orderId);
    expect(await service.sent(orderId)).toEqual(['notification.send.v1']);
  });

  test('and the outcome at the same moment, on two replicas, order one mail', async () => {
    const [orders, second] = [Array.from({ length: 20 }, () => newId()), await service.replica()];
    await Promise.all(
      orders.flatMap((orderId) => [
        deliver(orderId),
        service.deliver(orderConfirmed, { orderId, version: 2, confirmedAt: at }, newId(), second),
      ]),
    );
    for (const orderId of orders) expect(await service.sent(orderId)).toEqual(['notification.send.v1']);
  });
});

describe.each(['confirmed', 'cancelled'] as const)('order.%s', (outcome) => {
  const deliver = outcomes[outcome];

  deliversOnce({
    message: async () => ({ id: newId(), orderId: await known() }),
    deliver: ({ id, orderId }) => deliver(orderId, id),
    failNext: () => service.failNextCommit(),
    effects: async ({ orderId }) => {
      const sent = await service.sent(orderId);
      expect(await recipientOf(orderId)).toMatchObject({ outcome: sent.length > 0 ? outcome : null });
      return sent.length;
    },
  });

  test('orders one mail about it', async () => {
    const orderId = await known();
    await deliver(orderId);
    expect(await service.sent(orderId)).toEqual(['notification.send.v1']);
  });

  test('that is older than what is known orders no mail', async () => {
    const orderId = await known();
    await outcomes.cancelled(orderId, newId(), 4);
    await deliver(orderId, newId(), 3);
    expect(await recipientOf(orderId)).toMatchObject({ outcome: 'cancelled', outcome_version: 4 });
    expect(await service.sent(orderId)).toEqual(['notification.send.v1']);
  });

  test('of an order whose recipient is not known waits, and the newest outcome is told when the recipient is', async () => {
    const orderId = newId();
    await deliver(orderId, newId(), 2);
    await outcomes.cancelled(orderId, newId(), 4);
    await deliver(orderId, newId(), 3);
    expect(await service.sent(orderId)).toEqual([]);
    await remember['notification.remember'](orderId);
    expect(await recipientOf(orderId)).toMatchObject({ outcome: 'cancelled', outcome_version: 4 });
    expect(await service.sent(orderId)).toEqual(['notification.send.v1']);
  });
});
