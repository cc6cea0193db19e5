import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { notificationRemember, notificationSend, orderCancelled, orderConfirmed } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { deliversOnce, eventually, outsideWorld, type OutsideWorld, problemIn, ServiceUnderTest } from '@waybill/testing';
import { type App, notificationService } from '../test/notification-under-test.js';
import { MAILS_AT_ONCE } from './mailer.js';

let world: OutsideWorld;
let service: ServiceUnderTest<App>;
beforeAll(async () => {
  world = await outsideWorld();
  service = await ServiceUnderTest.make(notificationService(world.smtp));
});
afterEach(() => world.faults());
afterAll(() => service.close());
afterAll(() => world.end());

const at = '2026-11-24T08:00:00.000Z';
const happened = {
  confirmed: (orderId: string, version: number) =>
    service.deliver(orderConfirmed, { orderId, version, confirmedAt: at }, newId()),
  cancelled: (orderId: string, version: number) =>
    service.deliver(orderCancelled, { orderId, version, reason: 'payment declined', cancelledAt: at }, newId()),
};

/** An order that was placed and then had these outcomes. Its id. */
async function order(...outcomes: (keyof typeof happened)[]): Promise<string> {
  const orderId = newId();
  await service.deliver(notificationRemember, { orderId, customerId: 'customer-17', email: 'ada@example.com' }, newId());
  for (const [index, outcome] of outcomes.entries()) await happened[outcome](orderId, index + 2);
  await service.query(`DELETE FROM outbox WHERE key = $1`, [orderId]);
  return orderId;
}

const send = (orderId: string, outcome: keyof typeof happened = 'confirmed', id = newId(), by?: App) =>
  service.deliver(notificationSend, { orderId, outcome }, id, by);

/** What the service says of an order's mails. */
const mailsOf = async (orderId: string) =>
  (await service.app.inject(`/api/notifications?orderId=${orderId}`)).json<{ outcome: string; status: string }[]>();

/** What the mail server says of each mail: delivered, and answered. */
const receivedAbout = async (orderId: string) =>
  (await world.mails(orderId)).map(({ effect, answered }) => ({ effect, answered }));

/** The worker that has claimed this mail has been silent for longer than its lease. */
const leaseEnds = (orderId: string) =>
  service.query(`UPDATE mails SET lease_expires_at = clock_timestamp() WHERE order_id = $1`, [orderId]);

describe('notification.send', () => {
  deliversOnce({
    message: async () => ({ id: newId(), orderId: await order('confirmed') }),
    deliver: async ({ id, orderId }) => {
      await send(orderId, 'confirmed', id);
      await world.faults();
    },
    failNext: () => world.faults({ mail: { refuse: 1 } }),
    effects: async ({ orderId }) => {
      const delivered = (await world.mails(orderId)).filter(({ effect }) => effect);
      expect(await service.sent(orderId)).toEqual(delivered.map(() => 'notification.sent.v1'));
      return delivered.length;
    },
  });

  test.each(['confirmed', 'cancelled'] as const)('mails the customer that the order is %s', async (outcome) => {
    const orderId = await order(outcome);
    await send(orderId, outcome);
    const messageId = `<${orderId}.${outcome}@waybill.example>`;
    expect(await world.mails(orderId)).toMatchObject([
      { to: 'ada@example.com', subject: expect.stringContaining(outcome), orderId, messageId, effect: true },
    ]);
    expect(await mailsOf(orderId)).toMatchObject([{ outcome, status: 'sent', attempts: 1, messageId }]);
  });

  test('about what is no longer true sends nothing', async () => {
    const orderId = await order('confirmed', 'cancelled');
    await send(orderId, 'confirmed');
    expect(await world.mails(orderId)).toEqual([]);
    expect(await mailsOf(orderId)).toMatchObject([{ outcome: 'confirmed', status: 'superseded' }]);
    expect(await service.sent(orderId)).toEqual([]);

    await send(orderId, 'cancelled');
    await send(orderId, 'confirmed');
    expect((await world.mails(orderId)).map(({ subject }) => subject)).toEqual([expect.stringContaining('cancelled')]);
    expect(await service.sent(orderId)).toEqual(['notification.sent.v1']);
  });

  test('sent twice for one outcome, as two messages, mails once', async () => {
    const orderId = await order('confirmed');
    await send(orderId);
    await send(orderId);
    expect(await receivedAbout(orderId)).toEqual([{ effect: true, answered: true }]);
    expect(await service.sent(orderId)).toEqual(['notification.sent.v1']);
  });

  test('whose answer is lost after the mail is sent again, with the same Message-ID, and delivered once', async () => {
    const [orderId, id] = [await order('confirmed'), newId()];
    await world.faults({ mail: { loseAnswer: 1 } });
    await send(orderId, 'confirmed', id);
    expect(await service.parked()).toMatchObject([{ state: 'waiting', failures: 0 }]);
    expect(await service.sent(orderId)).toEqual([]);

    await world.faults();
    await send(orderId, 'confirmed', id);
    expect(await receivedAbout(orderId)).toEqual([
      { effect: true, answered: false },
      { effect: false, answered: true },
    ]);
    expect(new Set((await world.mails(orderId)).map(({ messageId }) => messageId)).size).toBe(1);
    expect(await mailsOf(orderId)).toMatchObject([{ status: 'sent', attempts: 2 }]);
    expect(await service.sent(orderId)).toEqual(['notification.sent.v1']);
  });

  test('that cannot be saved after the mail was taken is delivered once all the same', async () => {
    const [orderId, id] = [await order('confirmed'), newId()];
    await service.failNextCommit();
    await send(orderId, 'confirmed', id);
    expect(await mailsOf(orderId)).toMatchObject([{ status: 'sending' }]);

    await leaseEnds(orderId);
    await send(orderId, 'confirmed', id);
    expect((await receivedAbout(orderId)).map(({ effect }) => effect)).toEqual([true, false]);
    expect(await service.sent(orderId)).toEqual(['notification.sent.v1']);
  });
});

test('more mails than a slow server takes at once are sent one after the other, each of them once', async () => {
  await world.faults({ mail: { slowMs: 300 } });
  const orders = await Promise.all(Array.from({ length: 4 * MAILS_AT_ONCE }, () => order('confirmed')));
  await Promise.all(orders.map((orderId) => send(orderId)));
  for (const orderId of orders) {
    expect(await receivedAbout(orderId)).toEqual([{ effect: true, answered: true }]);
    expect(await mailsOf(orderId)).toMatchObject([{ status: 'sent', attempts: 1 }]);
  }
  expect(await service.parked()).toEqual([]);
});

describe('a mail that the server refuses for good', () => {
  test('ends as refused, with what the server said: no dead letter, and nothing is sent again', async () => {
    const [orderId, id] = [await order('confirmed'), newId()];
    await world.faults({ mail: { reject: 1 } });
    await send(orderId, 'confirmed', id);
    expect(await service.parked()).toEqual([]);
    expect(await mailsOf(orderId)).toEqual([
      { orderId, outcome: 'confirmed', status: 'refused', attempts: 1, reason: expect.stringMatching(/^554 .*Refused for good/) },
    ]);

    await world.faults();
    await send(orderId, 'confirmed', id);
    await send(orderId, 'confirmed');
    expect(await receivedAbout(orderId)).toEqual([{ effect: false, answered: true }]);
    expect(await service.sent(orderId)).toEqual([]);
  });

  test('is no refusal of the next mail about the order', async () => {
    const orderId = await order('confirmed');
    await world.faults({ mail: { reject: 1 } });
    await send(orderId);
    await world.faults();
    await happened.cancelled(orderId, 3);
    await send(orderId, 'cancelled');
    expect(await mailsOf(orderId)).toMatchObject([
      { outcome: 'confirmed', status: 'refused' },
      { outcome: 'cancelled', status: 'sent' },
    ]);
  });
});

describe('a claim', () => {
  test('of another worker is respected until its lease ends, and the wait counts as no attempt', async () => {
    const [orderId, id] = [await order('confirmed'), newId()];
    await service.query(
      `INSERT INTO mails (order_id, outcome, status, attempt, lease_expires_at)
       VALUES ($1, 'confirmed', 'sending', 1, clock_timestamp() + interval '1 hour')`,
      [orderId],
    );
    await send(orderId, 'confirmed', id);
    expect(await world.mails(orderId)).toEqual([]);
    const [parked] = await service.parked();
    expect(parked).toMatchObject({ state: 'waiting', failures: 0, transientFailures: 0 });
    expect(Math.round((parked!.nextAttemptAt.getTime() - Date.now()) / 60_000)).toBe(60);

    await leaseEnds(orderId);
    await send(orderId, 'confirmed', id);
    expect(await mailsOf(orderId)).toMatchObject([{ status: 'sent', attempts: 2 }]);
  });

  test.each([-4, 4])('ends by the clock of the database, also for a process whose own is %d minutes off', async (minutes) => {
    const [orderId, id] = [await order('confirmed'), newId()];
    await service.query(
      `INSERT INTO mails (order_id, outcome, status, attempt, lease_expires_at)
       VALUES ($1, 'confirmed', 'sending', 1, clock_timestamp() + interval '1 hour')`,
      [orderId],
    );
    const right = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => right() + minutes * 60_000);
    await send(orderId, 'confirmed', id).finally(() => clock.mockRestore());
    const [parked] = await service.parked();
    expect(Math.round((parked!.nextAttemptAt.getTime() - Date.now()) / 60_000)).toBe(60);

    await leaseEnds(orderId);
    await send(orderId, 'confirmed', id);
    expect(await service.parked()).toEqual([]);
  });

  test('that was taken over is lost: the late finisher changes nothing', async () => {
    const [orderId, id, second] = [await order('confirmed'), newId(), await service.replica()];
    await world.faults({ mail: { slowMs: 3_000 } });
    const late = send(orderId, 'confirmed', id);
    await eventually('the mail is out', async () => (await world.mails(orderId)).length === 1);
    await world.faults();
    await leaseEnds(orderId);
    await send(orderId, 'confirmed', id, second);
    const settled = await service.query(`SELECT * FROM mails WHERE order_id = $1`, [orderId]);
    expect(settled).toMatchObject([{ status: 'sent', attempt: 2 }]);

    await late;
    expect(await service.query(`SELECT * FROM mails WHERE order_id = $1`, [orderId])).toEqual(settled);
    expect(await service.parked()).toEqual([]);
    expect((await receivedAbout(orderId)).map(({ effect }) => effect)).toEqual([true, false]);
    expect(await service.sent(orderId)).toEqual(['notification.sent.v1']);
  });
});

test('GET /api/notifications names the parameter that is wrong', async () => {
  expect(problemIn(await service.app.inject('/api/notifications?orderId=1'))).toMatchObject({
    status: 400,
    errors: [{ path: 'orderId' }],
  });
  expect(await mailsOf(newId())).toEqual([]);
});
