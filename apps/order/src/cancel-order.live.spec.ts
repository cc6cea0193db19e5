import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderExpire, paymentCharged, paymentDeclined, paymentRefunded, paymentVoided } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { deliversOnce, eventually, problemIn, ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, place } from '../test/order-under-test.js';

const DEADLINE_MS = 900_000;

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService({ paymentDeadlineMs: DEADLINE_MS }));
});
afterAll(() => service.close());

const at = '2026-11-24T08:00:00.500Z';
const money = { amount: 2500, currency: 'EUR' };

/** An order of two mugs, 25.00 EUR. Its id. */
const placed = async (key?: string) => (await place(service, key)).id;

async function confirmed(): Promise<string> {
  const orderId = await placed();
  await service.deliver(paymentCharged, { orderId, version: 1, ...money, chargedAt: at }, newId());
  return orderId;
}

async function cancelling(): Promise<string> {
  const orderId = await placed();
  expect((await cancel(orderId)).statusCode).toBe(202);
  return orderId;
}

const cancel = (orderId: string, by: App = service.app) => by.inject({ method: 'POST', url: `/api/orders/${orderId}/cancel` });
/** A request that waits too long behind others at the same order gets 409, and comes back as it is told. */
const cancelInTheEnd = (orderId: string, by: App) =>
  eventually('the order is free', async () => {
    const answer = await cancel(orderId, by);
    if (answer.statusCode !== 409) return answer;
    expect(answer.headers['retry-after']).toBe('1');
    return undefined;
  });
const orderOf = async (id: string) => (await service.app.inject(`/api/orders/${id}`)).json<object>();
const statesOf = async (id: string) =>
  (await service.app.inject(`/api/orders/${id}/history`)).json<{ status: string }[]>().map(({ status }) => status);
const sentSince = async (orderId: string) => (await service.sent(orderId)).slice(3);
/** How long after the transaction that placed the order each of its timers is due, both by the clock of the database. */
const timersOf = (orderId: string) =>
  service.query<{ ms: number }>(
    `SELECT (extract(epoch FROM due_at - (SELECT min(created_at) FROM outbox WHERE key = $1)) * 1000)::float AS ms
     FROM scheduled WHERE key = $1`,
    [orderId],
  );
const times = async (orderId: string, type: string) => (await service.sent(orderId)).filter((each) => each === type).length;

describe('POST /api/orders/{id}/cancel', () => {
  test.each([
    ['placed', placed, ['placed', 'cancelling'], []],
    ['confirmed', confirmed, ['placed', 'confirmed', 'cancelling'], ['order.confirmed.v1']],
  ] as const)('of a %s order asks payment to undo it, and answers with the order', async (_, make, states, before) => {
    const orderId = await make();
    const response = await cancel(orderId);
    expect(response.statusCode).toBe(202);
    expect(response.json()).toMatchObject({
      id: orderId,
      status: 'cancelling',
      reason: 'cancelled by the customer',
      total: 2500,
    });
    expect(await orderOf(orderId)).toEqual(response.json());
    expect(await statesOf(orderId)).toEqual(states);
    expect(await sentSince(orderId)).toEqual([...before, 'order.cancel-requested.v1', 'payment.cancel.v1']);
  });

  test('twice, and 8 times at once on two replicas, is the same as once', async () => {
    const orderId = await confirmed();
    const second = await service.replica();
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => cancelInTheEnd(orderId, n % 2 ? second : service.app)));
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
    expect((await cancel(orderId)).json()).toEqual(answers[0]!.json());
    expect(await times(orderId, 'payment.cancel.v1')).toBe(1);
  });

  test('of a cancelled order answers with the order as it is', async () => {
    const orderId = await placed();
    await service.deliver(paymentDeclined, { orderId, version: 1, reason: 'insufficient funds', declinedAt: at }, newId());
    expect((await cancel(orderId)).json()).toMatchObject({ status: 'cancelled', reason: 'payment declined: insufficient funds' });
    expect(await times(orderId, 'payment.cancel.v1')).toBe(0);
  });

  test.each([newId(), 'no-uuid'])('of an order that does not exist is 404: %s', async (id) => {
    expect(problemIn(await cancel(id))).toMatchObject({ status: 404, detail: `There is no order ${id}.` });
  });
});

describe('payment.refunded', () => {
  deliversOnce({
    message: async () => ({ id: newId(), orderId: await cancelling() }),
    deliver: ({ id, orderId }) => service.deliver(paymentRefunded, { orderId, version: 2, ...money, refundedAt: at }, id),
    failNext: () => service.failNextCommit(),
    effects: ({ orderId }) => times(orderId, 'order.cancelled.v1'),
  });
});

describe('payment.voided', () => {
  deliversOnce({
    message: async () => ({ id: newId(), orderId: await cancelling() }),
    deliver: ({ id, orderId }) => service.deliver(paymentVoided, { orderId, version: 1, voidedAt: at }, id),
    failNext: () => service.failNextCommit(),
    effects: ({ orderId }) => times(orderId, 'order.cancelled.v1'),
  });
});

describe('the deadline of a payment', () => {
  test('is a timer by the clock of the database, and is taken away when the order needs it no more', async () => {
    const orderId = await placed();
    expect(await timersOf(orderId)).toEqual([{ ms: DEADLINE_MS }]);
    await service.deliver(paymentCharged, { orderId, version: 1, ...money, chargedAt: at }, newId());
    expect(await timersOf(orderId)).toEqual([]);
    expect(await timersOf(await cancelling())).toEqual([]);
  });

  deliversOnce({
    message: async () => ({ id: newId(), orderId: await placed() }),
    deliver: ({ id, orderId }) => service.deliver(orderExpire, { orderId }, id),
    failNext: () => service.failNextCommit(),
    effects: ({ orderId }) => times(orderId, 'payment.cancel.v1'),
  });

  test('that passes when the order is confirmed changes nothing', async () => {
    const orderId = await confirmed();
    await service.deliver(orderExpire, { orderId }, newId());
    expect(await statesOf(orderId)).toEqual(['placed', 'confirmed']);
  });

  test('and a charge that came too late: the order is cancelled when payment says that the money is back', async () => {
    const orderId = await placed();
    await service.deliver(orderExpire, { orderId }, newId());
    await service.deliver(paymentCharged, { orderId, version: 1, ...money, chargedAt: at }, newId());
    expect(await orderOf(orderId)).toMatchObject({ status: 'cancelling', reason: 'no payment outcome in time' });
    await service.deliver(paymentRefunded, { orderId, version: 2, ...money, refundedAt: at }, newId());
    expect(await orderOf(orderId)).toMatchObject({ status: 'cancelled', reason: 'no payment outcome in time', version: 3 });
  });
});
