import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderErase, paymentCharged } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { deliversOnce, type IssuerUnderTest, issuerUnderTest, ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, twoMugs } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
});
afterAll(() => service.close());

const at = '2026-11-24T08:00:01.000Z';
const confirm = (orderId: string) =>
  service.deliver(paymentCharged, { orderId, version: 1, amount: 2500, currency: 'EUR', chargedAt: at }, newId());

/** An order of this customer. Its id. */
async function order(customerId: string, { settled = true } = {}): Promise<string> {
  const payload = { ...twoMugs, customerId, email: `${customerId}@example.com` };
  const headers = { 'idempotency-key': newId() };
  const { id } = (await service.app.inject({ method: 'POST', url: '/api/orders', headers, payload })).json<{ id: string }>();
  if (settled) await confirm(id);
  await service.query(`DELETE FROM outbox WHERE key = $1`, [id]);
  return id;
}

const erase = async (customerId: string) =>
  (await service.app.inject({ method: 'POST', url: '/operations/erasures', payload: { customerId } })).json<{ id: string }>().id;
const step = (erasureId: string, id = newId()) => service.deliver(orderErase, { erasureId }, id);
const stateOf = async (id: string) => (await service.app.inject(`/operations/erasures/${id}`)).json<{ doneAt: string | null }>();
const rowOf = async (id: string) =>
  (
    await service.query<{ customer_id: string; email: string | null; payment_method: string | null; total: number }>(
      `SELECT customer_id, email, payment_method, total FROM orders WHERE id = $1`,
      [id],
    )
  )[0]!;

/** Every row of every table as text: what a dump of the database would have. */
async function dump(): Promise<string> {
  const tables = await service.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace`,
  );
  const rows: string[] = [];
  for (const { name } of tables)
    for (const { row } of await service.query<{ row: string }>(
      `SELECT t::text || encode(t::text::bytea, 'escape') AS row FROM ${name} t`,
    ))
      rows.push(row);
  const bodies = await service.query<{ body: string }>(
    `SELECT convert_from(body, 'UTF8') AS body FROM (SELECT body FROM outbox UNION ALL SELECT body FROM parked
     UNION ALL SELECT body FROM discarded UNION ALL SELECT body FROM scheduled) AS bodies`,
  );
  return [...rows, ...bodies.map(({ body }) => body)].join('\n');
}

describe('order.erase', () => {
  deliversOnce({
    message: async () => {
      const customerId = `customer-${newId()}`;
      const orderId = await order(customerId);
      return { id: newId(), orderId, erasureId: await erase(customerId) };
    },
    deliver: ({ id, erasureId }) => step(erasureId, id),
    failNext: () => service.failNextCommit(),
    effects: async ({ orderId, erasureId }) => {
      const erased = (await rowOf(orderId)).email === null;
      expect((await stateOf(erasureId)).doneAt !== null).toBe(erased);
      expect((await service.sent(orderId)).length).toBe(erased ? 2 : 0);
      return erased ? 1 : 0;
    },
  });

  test('leaves of 50 customers nothing in any table, and their orders as numbers', async () => {
    const customers = Array.from({ length: 50 }, () => `canary-${newId()}`);
    const orders = new Map<string, string[]>();
    for (const customer of customers) orders.set(customer, [await order(customer), await order(customer)]);
    for (const customer of customers) await step(await erase(customer));
    expect(await dump()).not.toMatch(/canary/);
    const pseudonyms = new Set<string>();
    for (const [first, second] of orders.values()) {
      const [one, other] = [await rowOf(first!), await rowOf(second!)];
      expect(one).toMatchObject({ email: null, payment_method: null, total: 2500 });
      expect(one.customer_id).toBe(other.customer_id);
      pseudonyms.add(one.customer_id);
      expect(await service.sent(first!)).toEqual(['payment.forget.v1', 'notification.forget.v1']);
    }
    expect(pseudonyms.size).toBe(50);
  });

  test('no message has the customer or the pseudonym', async () => {
    const customerId = `canary-${newId()}`;
    const orderId = await order(customerId);
    await service.query(`DELETE FROM outbox`);
    const erasureId = await erase(customerId);
    await step(erasureId);
    const sent = await service.query<{ body: string }>(`SELECT convert_from(body, 'UTF8') AS body FROM outbox`);
    expect(sent).toHaveLength(3);
    const { customer_id: pseudonym } = await rowOf(orderId);
    for (const { body } of sent) expect(body).not.toMatch(new RegExp(`canary|${pseudonym}`));
    expect(await service.query(`SELECT customer_id, pseudonym FROM erasures WHERE id = $1`, [erasureId])).toEqual([
      { customer_id: null, pseudonym: null },
    ]);
  });

  test('waits for an order that is not settled, and erases it when it is', async () => {
    const customerId = `customer-${newId()}`;
    const [settled, open] = [await order(customerId), await order(customerId, { settled: false })];
    const erasureId = await erase(customerId);
    await step(erasureId);
    expect((await rowOf(settled)).email).toBeNull();
    expect((await rowOf(open)).email).not.toBeNull();
    expect((await stateOf(erasureId)).doneAt).toBeNull();
    expect(await service.query(`SELECT type FROM scheduled WHERE key = $1`, [erasureId])).toEqual([{ type: 'order.erase.v1' }]);

    await confirm(open);
    await step(erasureId);
    expect((await rowOf(open)).customer_id).toBe((await rowOf(settled)).customer_id);
    expect((await stateOf(erasureId)).doneAt).not.toBeNull();
  });

  test('takes more orders than one step does, a step after the other', async () => {
    const customerId = `customer-${newId()}`;
    const id = await order(customerId);
    await service.query(
      `INSERT INTO orders (id, customer_id, email, status, total, currency, lines, payment_method, version, placed_at, updated_at)
       SELECT gen_random_uuid(), customer_id, email, status, total, currency, lines, payment_method, version, placed_at, updated_at
       FROM orders, generate_series(1, 250) WHERE id = $1`,
      [id],
    );
    const erasureId = await erase(customerId);
    await step(erasureId);
    expect((await stateOf(erasureId)).doneAt).toBeNull();
    expect((await service.sent(erasureId)).length).toBe(2);
    await step(erasureId);
    expect((await stateOf(erasureId)).doneAt).not.toBeNull();
    expect(await service.query(`SELECT FROM orders WHERE customer_id = $1`, [customerId])).toEqual([]);
  });

  test('takes the keys of its requests, and nobody else’s', async () => {
    const [gone, stays] = [`customer-${newId()}`, `customer-${newId()}`];
    await order(gone);
    const kept = await order(stays);
    await step(await erase(gone));
    expect(await service.query(`SELECT FROM idempotency_keys WHERE customer_id = $1`, [gone])).toEqual([]);
    expect(await service.query(`SELECT FROM idempotency_keys WHERE customer_id = $1`, [stays])).toHaveLength(1);
    expect(await rowOf(kept)).toMatchObject({ customer_id: stays, email: `${stays}@example.com` });
  });
});

test('a second request joins the erasure that goes on; after its end the customer is a new one', async () => {
  const customerId = `customer-${newId()}`;
  const first = await order(customerId);
  const erasureId = await erase(customerId);
  expect(await erase(customerId)).toBe(erasureId);
  await step(erasureId);
  const later = await order(customerId);
  const again = await erase(customerId);
  expect(again).not.toBe(erasureId);
  await step(again);
  expect((await rowOf(later)).customer_id).not.toBe((await rowOf(first)).customer_id);
});

describe('where people sign in', () => {
  let issuer: IssuerUnderTest;
  let guarded: ServiceUnderTest<App>;
  beforeAll(async () => {
    issuer = await issuerUnderTest();
    guarded = await ServiceUnderTest.make(orderService({ identity: issuer.config }));
  });
  afterAll(() => guarded.close());
  afterAll(() => issuer.close());

  test('a customer has the own orders erased, and no other', async () => {
    const headers = async (sub: string) => ({
      authorization: `Bearer ${await issuer.tokenOf({ sub, roles: ['customer'], email: `${sub}@example.com` })}`,
    });
    const { customerId: _, email: __, ...mugs } = twoMugs;
    const placedBy = async (sub: string) => {
      const asked = { ...(await headers(sub)), 'idempotency-key': newId() };
      const answer = await guarded.app.inject({ method: 'POST', url: '/api/orders', headers: asked, payload: mugs });
      const { id } = answer.json<{ id: string }>();
      await guarded.deliver(paymentCharged, { orderId: id, version: 1, amount: 2500, currency: 'EUR', chargedAt: at }, newId());
      return id;
    };
    const [mine, hers] = [await placedBy('ada'), await placedBy('eve')];
    const answer = await guarded.app.inject({ method: 'DELETE', url: '/api/customers/me', headers: await headers('ada') });
    expect(answer.statusCode).toBe(202);
    await guarded.deliver(orderErase, { erasureId: answer.json<{ id: string }>().id }, newId());
    const statusOf = async (id: string, sub: string) =>
      (await guarded.app.inject({ url: `/api/orders/${id}`, headers: await headers(sub) })).statusCode;
    expect([await statusOf(mine, 'ada'), await statusOf(hers, 'eve')]).toEqual([404, 200]);
  });

  test.each([
    ['operator', 202],
    ['customer', 403],
    ['support', 403],
    ['machine', 403],
  ])('an erasure by a %s is answered with %i', async (role, status) => {
    const headers = {
      authorization: `Bearer ${await issuer.tokenOf({ sub: 'someone', roles: [role], email: 'a@example.com' })}`,
    };
    const answer = await guarded.app.inject({
      method: 'POST',
      url: '/operations/erasures',
      headers,
      payload: { customerId: 'x' },
    });
    expect(answer.statusCode).toBe(status);
  });
});
