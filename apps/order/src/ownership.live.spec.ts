// Who may do what with whose orders, through the real database.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paymentCharged } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { type IssuerUnderTest, issuerUnderTest, problemIn, ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, twoMugs } from '../test/order-under-test.js';

const { customerId: _, email: __, ...mugs } = twoMugs;
const PEOPLE = {
  ada: { sub: 'ada', roles: ['customer'], email: 'ada@example.com' },
  eve: { sub: 'eve', roles: ['customer'], email: 'eve@example.com' },
  unverified: { sub: 'una', roles: ['customer'] },
  support: { sub: 'sue', roles: ['support'] },
  operator: { sub: 'otto', roles: ['operator'] },
  machine: { sub: 'tools', roles: ['machine'] },
};
type Person = keyof typeof PEOPLE;

let issuer: IssuerUnderTest;
let service: ServiceUnderTest<App>;
const tokens = {} as Record<Person, string>;
beforeAll(async () => {
  issuer = await issuerUnderTest();
  service = await ServiceUnderTest.make(orderService({ identity: issuer.config }));
  for (const [who, person] of Object.entries(PEOPLE)) tokens[who as Person] = await issuer.tokenOf(person);
});
afterAll(() => service.close());
afterAll(() => issuer.close());

const get = (who: Person, url: string) => service.app.inject({ url, headers: { authorization: `Bearer ${tokens[who]}` } });
const post = (who: Person, url: string, payload?: object, headers: Record<string, string> = {}) =>
  service.app.inject({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${tokens[who]}`, ...headers },
    ...(payload && { payload }),
  });
const place = (who: Person, payload: object = mugs, key = newId()) =>
  post(who, '/api/orders', payload, { 'idempotency-key': key });
const placed = async (who: Person, payload?: object) => (await place(who, payload)).json<{ id: string }>().id;
const ownersOf = (id: string) =>
  service.query<{ customer_id: string; email: string }>('SELECT customer_id, email FROM orders WHERE id = $1', [id]);

describe('an order', () => {
  test('is for the customer who has signed in, and its mails go to their verified address', async () => {
    expect(await ownersOf(await placed('ada'))).toEqual([{ customer_id: 'ada', email: 'ada@example.com' }]);
  });

  test('may name its customer and the address, and is the same order with them and without', async () => {
    const key = newId();
    const named = await place('ada', { customerId: 'ada', email: 'ada@example.com', ...mugs }, key);
    expect(named.statusCode).toBe(202);
    expect((await place('ada', mugs, key)).json()).toEqual(named.json());
  });

  test.each([
    ['for another customer', 'ada', { customerId: 'eve', ...mugs }],
    ['whose mails would go to another', 'ada', { email: 'eve@example.com', ...mugs }],
    ['of who has no verified address', 'unverified', mugs],
    ['of who has no verified address, and writes one', 'unverified', { email: 'una@example.com', ...mugs }],
    ['of support', 'support', twoMugs],
    ['of an operator', 'operator', twoMugs],
  ] as const)('%s is refused', async (_, who, payload) => {
    const before = await service.query('SELECT id FROM orders');
    expect(problemIn(await place(who, payload))).toMatchObject({ status: 403 });
    expect(await service.query('SELECT id FROM orders')).toEqual(before);
  });

  test('of a program is for whom it says, and it must say it', async () => {
    expect(await ownersOf(await placed('machine', twoMugs))).toEqual([{ customer_id: 'customer-17', email: 'ada@example.com' }]);
    const refused = problemIn(await place('machine', { customerId: 'customer-17', ...mugs }));
    expect(refused).toMatchObject({ status: 400, errors: [{ path: 'email' }] });
  });

  test("has a key that is the customer's own: another customer with the same key gets another order", async () => {
    const [ada, eve] = [
      (await place('ada', mugs, 'same')).json<{ id: string }>(),
      (await place('eve', mugs, 'same')).json<{ id: string }>(),
    ];
    expect(ada.id).not.toBe(eve.id);
    expect(await ownersOf(eve.id)).toMatchObject([{ customer_id: 'eve' }]);
  });
});

describe("another's order", () => {
  test.each(['', '/history'])('is not there, in the words for what does not exist: GET /api/orders/{id}%s', async (part) => {
    const [id, nobody] = [await placed('ada'), newId()];
    expect((await get('ada', `/api/orders/${id}${part}`)).statusCode).toBe(200);
    const { traceId: _a, ...others } = problemIn(await get('eve', `/api/orders/${id}${part}`)) as unknown as Record<
      string,
      string
    >;
    const { traceId: _b, ...unknown } = problemIn(await get('eve', `/api/orders/${nobody}${part}`)) as unknown as Record<
      string,
      string
    >;
    expect(others).toEqual({ ...unknown, detail: unknown['detail']!.replace(nobody, id) });
    expect(others).toMatchObject({ status: 404 });
    expect(problemIn(await get('operator', `/api/orders/${id}${part}`))).toMatchObject({ status: 403 });
    for (const who of ['support', 'machine'] as const) expect((await get(who, `/api/orders/${id}${part}`)).statusCode).toBe(200);
  });

  test('is not cancelled', async () => {
    const id = await placed('ada');
    expect(problemIn(await post('eve', `/api/orders/${id}/cancel`))).toMatchObject({
      status: 404,
      detail: `There is no order ${id}.`,
    });
    expect(problemIn(await post('operator', `/api/orders/${id}/cancel`))).toMatchObject({ status: 403 });
    expect((await get('ada', `/api/orders/${id}`)).json()).toMatchObject({ status: 'placed' });
    expect(await service.sent(id)).not.toContain('payment.cancel.v1');
    expect((await post('ada', `/api/orders/${id}/cancel`)).json()).toMatchObject({ status: 'cancelling' });
  });

  test('is in no list but of who may see it', async () => {
    const id = await placed('ada');
    const idsOf = (answer: { json(): unknown }) =>
      (answer.json() as { orders: { id: string }[] }).orders.map((order) => order.id);
    expect(idsOf(await get('ada', '/api/orders'))).toContain(id);
    expect(idsOf(await get('ada', '/api/orders?customerId=ada'))).toContain(id);
    expect(idsOf(await get('eve', '/api/orders'))).not.toContain(id);
    expect(problemIn(await get('eve', '/api/orders?customerId=ada'))).toMatchObject({ status: 403 });
    for (const who of ['support', 'machine'] as const) {
      expect(idsOf(await get(who, '/api/orders?customerId=ada'))).toContain(id);
      expect(problemIn(await get(who, '/api/orders'))).toMatchObject({ status: 400, errors: [{ path: 'customerId' }] });
    }
  });
});

describe('support cancels', () => {
  test('with a reason, which the history keeps to the end', async () => {
    const id = await placed('ada');
    await service.deliver(
      paymentCharged,
      { orderId: id, version: 1, amount: 2500, currency: 'EUR', chargedAt: new Date().toISOString() },
      newId(),
    );
    const answer = await post('support', `/api/orders/${id}/cancel`, { reason: 'sent to the wrong town' });
    expect([answer.statusCode, answer.json<object>()]).toMatchObject([202, { status: 'cancelling' }]);
    const history = (await get('ada', `/api/orders/${id}/history`)).json<object[]>();
    expect(history).toMatchObject([
      { status: 'placed' },
      { status: 'confirmed' },
      { status: 'cancelling', reason: 'cancelled by support: sent to the wrong town' },
    ]);
    expect(history[1]).not.toHaveProperty('reason');
  });

  test.each([
    ['support gives none', 'support', undefined],
    ['support gives an empty one', 'support', { reason: '' }],
    ['a customer gives one', 'ada', { reason: 'I do not like it' }],
    ['a program gives one', 'machine', { reason: 'overdue' }],
    ['the body says more', 'ada', { status: 'confirmed' }],
  ] as const)('and nobody else needs a reason: when %s, it is 400', async (_, who, payload) => {
    const id = await placed('ada');
    expect(problemIn(await post(who, `/api/orders/${id}/cancel`, payload))).toMatchObject({ status: 400 });
    expect((await get('ada', `/api/orders/${id}`)).json()).toMatchObject({ status: 'placed' });
  });
});
