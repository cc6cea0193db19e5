import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@waybill/messaging';
import { problemIn, ServiceUnderTest } from '@waybill/testing';
import fc from 'fast-check';
import { NEWEST } from './cursor.js';
import { READ_ORDERS } from './list-orders.js';
import { type App, orderService, place, twoMugs } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
/** Oldest first. */
const placed: string[] = [];
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
  for (let count = 0; count < 7; count += 1) placed.push((await place(service)).id);
  // Somebody else's, between them and after them.
  await placeFor('customer-18');
});
afterAll(() => service.close());

interface Page {
  readonly orders: { readonly id: string; readonly status: string }[];
  readonly next?: string;
}

async function placeFor(customerId: string) {
  const headers = { 'idempotency-key': newId() };
  const payload = { ...twoMugs, customerId };
  const answer = await service.app.inject({ method: 'POST', url: '/api/orders', headers, payload });
  expect(answer.statusCode).toBe(202);
  return answer.json<{ id: string }>().id;
}

const get = (query: Record<string, string>) => service.app.inject(`/api/orders?${new URLSearchParams(query)}`);
const mine = async (query: Record<string, string> = {}): Promise<Page> => {
  const answer = await get({ customerId: 'customer-17', ...query });
  expect([answer.statusCode, answer.payload]).toEqual([200, expect.any(String)]);
  return answer.json<Page>();
};
const newestFirst = (ids: readonly string[]) => [...ids].sort().reverse();

describe("a customer's orders", () => {
  test("are the customer's alone, newest first, each as it is read by its id", async () => {
    const { orders, next } = await mine();
    expect(orders.map(({ id }) => id)).toEqual(newestFirst(placed));
    expect(next).toBeUndefined();
    const [first] = orders;
    expect(first).toEqual((await service.app.inject(`/api/orders/${first!.id}`)).json());
  });

  test('are none for who has none', async () => {
    expect((await get({ customerId: 'nobody' })).json()).toEqual({ orders: [] });
  });

  test.each([1, 2, 3, 6, 7, 8])('come in pages of %d, each once, though others are placed meanwhile', async (limit) => {
    const customerId = `reader-of-${limit}`;
    const own: string[] = [];
    for (let count = 0; count < 7; count += 1) own.push(await placeFor(customerId));
    const read: string[] = [];
    let cursor: string | undefined;
    do {
      const { orders, next }: Page = await mine({ customerId, limit: String(limit), ...(cursor && { cursor }) });
      read.push(...orders.map(({ id }) => id));
      expect(orders.length).toBe(next ? limit : ((own.length - 1) % limit) + 1);
      cursor = next;
      await placeFor(customerId);
    } while (cursor);
    expect(read).toEqual(newestFirst(own));
  });

  test('are those of one status, when it is asked for', async () => {
    const id = await placeFor('customer-19');
    const other = await placeFor('customer-19');
    await service.app.inject({ method: 'POST', url: `/api/orders/${id}/cancel` });
    const of = async (status: string) => (await mine({ customerId: 'customer-19', status })).orders.map((order) => order.id);
    expect([await of('placed'), await of('cancelling'), await of('confirmed')]).toEqual([[other], [id], []]);
  });

  test('are read from an index that has them in their order, however many there are', async () => {
    await service.query(
      `INSERT INTO orders (id, customer_id, email, status, total, currency, lines, payment_method, version, placed_at, updated_at)
       SELECT gen_random_uuid(), 'buyer-' || n % 50, '', 'placed', 1, 'EUR', '[]', '', 1, now(), now() FROM generate_series(1, 5000) AS n`,
    );
    await service.query('ANALYZE orders');
    const plan = await service.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN ${READ_ORDERS.replace('$1', `'buyer-7'`)
        .replace('$2', `'${NEWEST}'`)
        .replaceAll('$3', 'NULL')
        .replace('$4', '20')}`,
    );
    const steps = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(steps).toContain('Index Scan Backward using orders_of_customer');
    expect(steps).not.toContain('Sort');
  });
});

describe('a list that nobody can be given is a 400:', () => {
  test.each<[string, Record<string, string>, string]>([
    ['without a customer', {}, 'customerId'],
    ['an empty customer', { customerId: '' }, 'customerId'],
    ['a customer with U+0000', { customerId: '\0' }, 'customerId'],
    ['an unknown status', { customerId: 'c', status: 'lost' }, 'status'],
    ['no order at all', { customerId: 'c', limit: '0' }, 'limit'],
    ['too many', { customerId: 'c', limit: '101' }, 'limit'],
    ['a part of one', { customerId: 'c', limit: '1.5' }, 'limit'],
    ['a number in another form', { customerId: 'c', limit: '1e1' }, 'limit'],
    ['an empty cursor', { customerId: 'c', cursor: '' }, 'cursor'],
    ['an id as a cursor', { customerId: 'c', cursor: newId() }, 'cursor'],
    ['SQL as a cursor', { customerId: 'c', cursor: "' OR 1=1 --" }, 'cursor'],
    ['a field that is not known', { customerId: 'c', offset: '10' }, 'offset'],
  ])('%s', async (_, query, path) => {
    expect(problemIn(await get(query))).toMatchObject({ status: 400, errors: [{ path }] });
  });

  test('a field that is said twice', async () => {
    const answer = await service.app.inject('/api/orders?customerId=c&limit=1&limit=2');
    expect(problemIn(answer)).toMatchObject({ status: 400, errors: [{ path: 'limit' }] });
  });

  test('and no text in place of a cursor is anything else', async () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String({ minLength: 20, maxLength: 24 }));
    await fc.assert(
      fc.asyncProperty(texts, async (cursor) => {
        const answer = await get({ customerId: 'customer-17', cursor });
        expect([200, 400]).toContain(answer.statusCode);
      }),
    );
  });
});
