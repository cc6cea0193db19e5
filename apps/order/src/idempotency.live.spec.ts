import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { problemIn, ServiceUnderTest, tcpProxy, type TcpProxy } from '@waybill/testing';
import { ForgetKeys } from './forget-keys.js';
import { type App, orderService, twoMugs } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
});
afterAll(() => service.close());

const post = (key: string, payload: object = twoMugs, by: App = service.app) =>
  by.inject({ method: 'POST', url: '/api/orders', headers: { 'idempotency-key': key }, payload });

/** The orders of a customer, each with its messages, so that an order without messages or a message without an order shows. */
const ordersOf = (customerId: string) =>
  service.query<{ id: string; sent: number }>(
    `SELECT id, (SELECT count(*)::int FROM outbox WHERE key = orders.id::text) AS sent FROM orders WHERE customer_id = $1`,
    [customerId],
  );

const answerOf = ({ statusCode, headers, payload }: Awaited<ReturnType<typeof post>>) => ({
  statusCode,
  location: headers.location,
  payload,
});

describe('the same key', () => {
  test('with the same body gets the very same answer, and there is one order', async () => {
    const customer = { ...twoMugs, customerId: 'repeats' };
    const [first, again] = [await post('a', customer), await post('a', customer)];
    expect(first.statusCode).toBe(202);
    expect(answerOf(again)).toEqual(answerOf(first));
    expect(await ordersOf('repeats')).toEqual([{ id: first.json<{ id: string }>().id, sent: 3 }]);
  });

  test('with the same fields in another order is the same request', async () => {
    const first = await post('b');
    const again = await post('b', Object.fromEntries(Object.entries(twoMugs).reverse()));
    expect(answerOf(again)).toEqual(answerOf(first));
  });

  test('with another body is refused, and the first answer stands', async () => {
    const first = await post('c');
    const other = await post('c', { ...twoMugs, lines: [{ sku: 'mug-enamel', quantity: 3 }] });
    expect(problemIn(other)).toMatchObject({ status: 422, detail: expect.stringContaining('Idempotency-Key') });
    expect(answerOf(await post('c'))).toEqual(answerOf(first));
  });

  test('of another customer is another key', async () => {
    const mine = await post('d', { ...twoMugs, customerId: 'mine' });
    const yours = await post('d', { ...twoMugs, customerId: 'yours' });
    expect(yours.statusCode).toBe(202);
    expect(yours.json<{ id: string }>().id).not.toBe(mine.json<{ id: string }>().id);
    expect(await ordersOf('yours')).toHaveLength(1);
  });

  test.each([
    ['has changed', `UPDATE products SET unit_price = unit_price + 1 WHERE sku = 'pen-brass'`],
    ['no longer names what was sold', `DELETE FROM products WHERE sku = 'pen-brass'`],
  ])('gets the first answer also when the price list %s', async (what, change) => {
    const pen = { ...twoMugs, lines: [{ sku: 'pen-brass', quantity: 1 }] };
    const first = await post(what, pen);
    expect(first.statusCode).toBe(202);
    await service.query(change);
    expect(answerOf(await post(what, pen))).toEqual(answerOf(first));
  });

  test('of a request that was refused is free', async () => {
    expect(problemIn(await post('e', { ...twoMugs, lines: [{ sku: 'moon', quantity: 1 }] }))).toMatchObject({ status: 422 });
    expect((await post('e')).statusCode).toBe(202);
  });
});

describe('a key answers for a day, by its age alone:', () => {
  const age = (key: string, by: string) =>
    service.query(`UPDATE idempotency_keys SET created_at = created_at - $2::interval WHERE key = $1`, [key, by]);

  test('a minute before its end it does, also when the keys are swept', async () => {
    const first = await post('almost a day');
    await age('almost a day', '23 hours 59 minutes');
    await service.app.get(ForgetKeys).forget();
    expect(answerOf(await post('almost a day'))).toEqual(answerOf(first));
  });

  test('after its end the request is a new order, also when nobody has swept, and the key is its own for another day', async () => {
    const first = await post('a day', { ...twoMugs, customerId: 'returns' });
    await age('a day', '24 hours');
    const three = { ...twoMugs, customerId: 'returns', lines: [{ sku: 'mug-enamel', quantity: 3 }] };
    const second = await post('a day', three);
    expect(second.statusCode).toBe(202);
    expect(second.json<{ id: string }>().id).not.toBe(first.json<{ id: string }>().id);
    expect(answerOf(await post('a day', three))).toEqual(answerOf(second));
    expect(await ordersOf('returns')).toHaveLength(2);
  });

  test('16 identical requests at once, on two replicas, make one new order of it', async () => {
    const customer = { ...twoMugs, customerId: 'returns in haste' };
    await post('a day and a rush', customer);
    await age('a day and a rush', '24 hours');
    const second = await service.replica();
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) => post('a day and a rush', customer, n % 2 === 0 ? service.app : second)),
    );
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toContain(202);
    expect(await ordersOf('returns in haste')).toHaveLength(2);
  });
});

test('16 identical requests at once, on two replicas, make one order', async () => {
  const second = await service.replica();
  for (const round of ['1', '2', '3']) {
    const customer = { ...twoMugs, customerId: `hasty-${round}` };
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) => post('same', customer, n % 2 === 0 ? service.app : second)),
    );
    const accepted = answers.filter(({ statusCode }) => statusCode === 202);
    for (const refused of answers.filter(({ statusCode }) => statusCode !== 202)) {
      expect(problemIn(refused)).toMatchObject({ status: 409 });
      expect(refused.headers['retry-after']).toBe('1');
    }
    const [placed, ...more] = await ordersOf(customer.customerId);
    expect(more).toEqual([]);
    expect(placed!.sent).toBe(3);
    const first = answerOf(accepted[0]!);
    expect(JSON.parse(first.payload)).toMatchObject({ id: placed!.id });
    for (const answer of [...accepted, await post('same', customer), await post('same', customer, second)])
      expect(answerOf(answer)).toEqual(first);
  }
});

test('a request that waits too long for one with its key is told to come back', async () => {
  // Another replica is in the middle of the same request: it has written the key, and has not committed.
  const other = service.database.dataSource.createQueryRunner();
  await other.startTransaction();
  await other.query(`INSERT INTO idempotency_keys (customer_id, key, fingerprint, answer) VALUES ('waits', 'k', '\\x00', '{}')`);
  const response = await post('k', { ...twoMugs, customerId: 'waits' });
  await other.rollbackTransaction();
  await other.release();
  expect(problemIn(response)).toMatchObject({ status: 409 });
  expect(response.headers['retry-after']).toBe('1');
  expect((await post('k', { ...twoMugs, customerId: 'waits' })).statusCode).toBe(202);
});

// PostgreSQL has no room, has no memory, meets a limit of its configuration, or has a disk that does not answer.
test.each(['53100', '53200', '53400', '58030'])(
  'a database that refuses with %s is told as 503, and nothing is lost',
  async (sqlstate) => {
    const customer = { ...twoMugs, customerId: `full-${sqlstate}` };
    await service.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '${sqlstate}'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const refused = await post('k', customer);
    await service.query('DROP FUNCTION refuse CASCADE');
    expect(problemIn(refused)).toMatchObject({ status: 503 });
    expect(refused.headers['retry-after']).toBe('2');
    expect((await post('k', customer)).statusCode).toBe(202);
    expect(await ordersOf(customer.customerId)).toMatchObject([{ sent: 3 }]);
  },
);

describe('when the connection to the database breaks', () => {
  let proxy: TcpProxy;
  let behindProxy: App;
  /** What to do when the server's answer to this command passes, before the service hears it. */
  let fault: { at: 'INSERT 0 1' | 'COMMIT'; does(): void } | undefined;
  beforeEach(async () => {
    proxy = await tcpProxy(service.database.access, (answer) => {
      if (!fault || !answer.includes(`${fault.at}\0`)) return answer;
      const { does } = fault;
      fault = undefined;
      does();
      return Buffer.alloc(0);
    });
    behindProxy = await service.replica({ through: proxy });
  });
  afterEach(() => proxy.close());

  test('in the COMMIT, after it was done, the order is found by its key', async () => {
    const customer = { ...twoMugs, customerId: 'lucky' };
    fault = { at: 'COMMIT', does: () => proxy.cut() };
    const response = await post('k', customer, behindProxy);
    expect(response.statusCode).toBe(202);
    expect(fault).toBeUndefined();
    expect(answerOf(await post('k', customer))).toEqual(answerOf(response));
    expect(await ordersOf('lucky')).toEqual([{ id: response.json<{ id: string }>().id, sent: 3 }]);
  });

  test('in the COMMIT, and the database stays away, the same request succeeds later with the order that was saved', async () => {
    const customer = { ...twoMugs, customerId: 'patient' };
    fault = { at: 'COMMIT', does: () => proxy.refuse() };
    const response = await post('k', customer, behindProxy);
    expect(problemIn(response)).toMatchObject({ status: 503 });
    expect(response.headers['retry-after']).toBeDefined();
    const [saved] = await ordersOf('patient');
    proxy.heal();
    const again = await post('k', customer, behindProxy);
    expect(again.statusCode).toBe(202);
    expect(await ordersOf('patient')).toEqual([{ id: again.json<{ id: string }>().id, sent: 3 }]);
    expect(saved).toEqual({ id: again.json<{ id: string }>().id, sent: 3 });
  });

  test('before the COMMIT nothing is saved, and the same request succeeds later', async () => {
    const customer = { ...twoMugs, customerId: 'unlucky' };
    fault = { at: 'INSERT 0 1', does: () => proxy.cut() };
    const response = await post('k', customer, behindProxy);
    expect(problemIn(response)).toMatchObject({ status: 503 });
    expect(await ordersOf('unlucky')).toEqual([]);
    expect((await post('k', customer, behindProxy)).statusCode).toBe(202);
    expect(await ordersOf('unlucky')).toMatchObject([{ sent: 3 }]);
  });
});

// Requests that wait at the same time share a transaction: one break meets several of them, at different places.
test('wherever the connection of a crowd breaks, each order that was accepted is there once, and each key ends with one order', async () => {
  let left = Infinity;
  const proxy = await tcpProxy(service.database.access, (answer) => {
    if ((left -= 1) === 0) proxy.cut();
    return answer;
  });
  const behindProxy = await service.replica({ through: proxy });
  const breaksAt = async (packet: number): Promise<boolean> => {
    const customers = [1, 2, 3, 4, 5].map((n) => ({ ...twoMugs, customerId: `packet ${packet}, customer ${n}` }));
    await behindProxy.inject('/api/products');
    left = packet;
    // Each asks twice, and so in the same transaction as a rule.
    const answers = await Promise.all([...customers, ...customers].map((customer) => post('k', customer, behindProxy)));
    const wasCut = left <= 0;
    left = Infinity;
    for (const [n, { customerId }] of customers.entries()) {
      const accepted = [answers[n]!, answers[n + customers.length]!].filter(({ statusCode }) => statusCode === 202);
      const again = await post('k', { ...twoMugs, customerId });
      expect(again.statusCode).toBe(202);
      const { id } = again.json<{ id: string }>();
      for (const answer of accepted) expect(answerOf(answer)).toEqual(answerOf(again));
      expect(await ordersOf(customerId)).toEqual([{ id, sent: 3 }]);
    }
    return wasCut;
  };
  let packet = 1;
  while (await breaksAt(packet)) packet += 1;
  expect(packet).toBeGreaterThan(5);
  await proxy.close();
});
