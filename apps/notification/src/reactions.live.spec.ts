import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderCancelled, orderConfirmed, orderPlaced } from '@waybill/contracts';
import { Messaging, messagingMigrations, newId } from '@waybill/messaging';
import { createService } from '@waybill/service';
import { deliversOnce, ServiceUnderTest } from '@waybill/testing';
import { notificationMigrations } from './migrations/index.js';
import { NotificationModule } from './notification.module.js';

type App = Awaited<ReturnType<typeof createService>>;

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  const smtp = { host: '127.0.0.1', port: 1, stepTimeoutMs: 1_000 };
  service = await ServiceUnderTest.make({
    migrations: [...messagingMigrations, ...notificationMigrations],
    create: (config) => createService(NotificationModule, { service: 'notification', smtp, ...config }),
    messagingOf: (app: App) => app.get(Messaging),
  });
});
afterAll(() => service.close());

const at = '2026-11-24T08:00:00.000Z';
const placed = (orderId: string, email = 'ada@example.com') => ({
  orderId,
  version: 1,
  customerId: 'customer-17',
  email,
  total: 2500,
  currency: 'EUR',
  placedAt: at,
});
const outcomes = {
  confirmed: (orderId: string, id = newId(), version = 2) =>
    service.deliver(orderConfirmed, { orderId, version, confirmedAt: at }, id),
  cancelled: (orderId: string, id = newId(), version = 2) =>
    service.deliver(orderCancelled, { orderId, version, reason: 'payment declined', cancelledAt: at }, id),
};

/** An order whose customer is known here. Its id. */
async function known(): Promise<string> {
  const orderId = newId();
  await service.deliver(orderPlaced, placed(orderId), newId());
  return orderId;
}

const recipientOf = async (orderId: string) =>
  (await service.query(`SELECT email, outcome, outcome_version FROM recipients WHERE order_id = $1`, [orderId]))[0];

describe('order.placed', () => {
  deliversOnce({
    message: () => ({ id: newId(), orderId: newId() }),
    deliver: ({ id, orderId }) => service.deliver(orderPlaced, placed(orderId), id),
    failNext: () => service.failNextCommit(),
    effects: async ({ orderId }) => ((await recipientOf(orderId)) ? 1 : 0),
  });

  test('is remembered with its address, and mails nobody', async () => {
    const orderId = await known();
    expect(await recipientOf(orderId)).toEqual({ email: 'ada@example.com', outcome: null, outcome_version: 0 });
    expect(await service.sent(orderId)).toEqual([]);
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

  test('of an order that was never placed waits, and goes through when its order.placed has come', async () => {
    const [orderId, id] = [newId(), newId()];
    await deliver(orderId, id);
    expect(await service.parked()).toMatchObject([
      { state: 'waiting', failures: 1, errors: [{ error: expect.stringContaining('order.placed has not been handled here') }] },
    ]);
    await service.query(`INSERT INTO recipients (order_id, email) VALUES ($1, 'ada@example.com')`, [orderId]);
    await deliver(orderId, id);
    expect(await service.sent(orderId)).toEqual(['notification.send.v1']);
  });
});
