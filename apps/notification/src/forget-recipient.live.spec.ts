import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { notificationForget, notificationRemember, notificationSend, orderCancelled, orderConfirmed } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { deliversOnce, outsideWorld, type OutsideWorld, ServiceUnderTest } from '@waybill/testing';
import { type App, notificationService } from '../test/notification-under-test.js';

let world: OutsideWorld;
let service: ServiceUnderTest<App>;
beforeAll(async () => {
  world = await outsideWorld();
  service = await ServiceUnderTest.make(notificationService(world.smtp));
});
afterAll(() => service.close());
afterAll(() => world.end());

const at = '2026-11-24T08:00:00.000Z';
const remember = (orderId: string, id = newId()) =>
  service.deliver(notificationRemember, { orderId, customerId: 'canary-17', email: 'canary@example.com' }, id);
const confirm = (orderId: string) => service.deliver(orderConfirmed, { orderId, version: 2, confirmedAt: at }, newId());
const forget = (orderId: string, id = newId()) => service.deliver(notificationForget, { orderId }, id);
const recipientOf = async (orderId: string) =>
  (await service.query(`SELECT customer_id, email, forgotten FROM recipients WHERE order_id = $1`, [orderId]))[0];
const FORGOTTEN = { customer_id: null, email: null, forgotten: true };

async function remembered(): Promise<string> {
  const orderId = newId();
  await remember(orderId);
  return orderId;
}

describe('notification.forget', () => {
  deliversOnce({
    message: async () => ({ id: newId(), orderId: await remembered() }),
    deliver: ({ id, orderId }) => forget(orderId, id),
    failNext: () => service.failNextCommit(),
    effects: async ({ orderId }) => (((await recipientOf(orderId)) as { forgotten: boolean }).forgotten ? 1 : 0),
  });

  test('takes the address, and a mail that is not out is not sent', async () => {
    const orderId = await remembered();
    await confirm(orderId);
    await forget(orderId);
    await service.deliver(notificationSend, { orderId, outcome: 'confirmed' }, newId());
    expect(await recipientOf(orderId)).toEqual(FORGOTTEN);
    expect(await world.mails(orderId)).toEqual([]);
    expect(await service.parked()).toEqual([]);
  });

  test('also takes a mail that has failed, and its evidence quotes nobody', async () => {
    const [orderId, id] = [await remembered(), newId()];
    await confirm(orderId);
    await world.faults({ mail: { refuse: 1 } });
    await service.deliver(notificationSend, { orderId, outcome: 'confirmed' }, id);
    await forget(orderId);
    await world.faults();
    await service.deliver(notificationSend, { orderId, outcome: 'confirmed' }, id);
    expect((await world.mails(orderId)).filter(({ effect }) => effect)).toEqual([]);
    expect(await service.query(`SELECT FROM mails WHERE order_id = $1`, [orderId])).toEqual([]);
  });

  test('holds for an address and for outcomes that come later', async () => {
    const orderId = newId();
    await forget(orderId);
    await remember(orderId);
    await confirm(orderId);
    await service.deliver(orderCancelled, { orderId, version: 4, reason: 'no', cancelledAt: at }, newId());
    expect(await recipientOf(orderId)).toEqual(FORGOTTEN);
    expect(await service.sent(orderId)).toEqual([]);
  });

  test('takes messages with the address: parked, given up, and unread; and none of another order', async () => {
    const [orderId, other] = [newId(), newId()];
    for (const id of [orderId, other]) {
      await service.failNextCommit();
      await remember(id);
    }
    const body = Buffer.from(JSON.stringify({ broken: `${orderId} canary@example.com` }));
    const columns = `stream, message_id, type, key, body, source, ordered, state, next_attempt_at, failures, crashes, errors`;
    await service.query(
      `WITH unread AS (
         INSERT INTO parked (${columns})
         SELECT 's', id, 'undecodable', id::text, $1, 's', false, 'dead', now(), 1, 0, '[]' FROM gen_random_uuid() AS id)
       INSERT INTO discarded (id, attempt, running, transient_failures, parked_at, reason, ${columns})
       SELECT 0, 1, false, 0, now(), 'no', 's', gen_random_uuid(), 'notification.remember.v1', $2, $1, 's', false, 'dead', now(), 1, 0, '[]'`,
      [body, orderId],
    );
    await forget(orderId);
    expect(await service.query(`SELECT key FROM parked`)).toEqual([{ key: other }]);
    expect(await service.query(`SELECT FROM discarded`)).toEqual([]);
  });
});
