import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@waybill/messaging';
import { problemIn, ServiceUnderTest } from '@waybill/testing';
import { type App, orderService } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
});
afterAll(() => service.close());

const mugs = { sku: 'mug-enamel', quantity: 2 };
const order = {
  customerId: 'customer-17',
  email: 'ada@example.com',
  currency: 'EUR',
  lines: [mugs, { sku: 'tea-assam', quantity: 1 }],
  paymentMethod: 'pm_ok',
};

/** Sends an object as JSON, and a text as it is. */
const post = (payload: object | string, headers: Record<string, string> = {}) =>
  service.app.inject({
    method: 'POST',
    url: '/api/orders',
    headers: { 'content-type': 'application/json', 'idempotency-key': newId(), ...headers },
    payload,
  });

const ordersSaved = async () => (await service.query<{ n: number }>(`SELECT count(*)::int AS n FROM orders`))[0]!.n;

test('an order is accepted with its price from the list, its address, and the messages that follow', async () => {
  const response = await post(order);
  expect(response.statusCode).toBe(202);
  const { id, ...body } = response.json<{ id: string }>();
  expect(body).toEqual({
    status: 'placed',
    total: 2 * 1250 + 899,
    currency: 'EUR',
    lines: [
      { sku: 'mug-enamel', name: 'Enamel mug', quantity: 2, unitPrice: 1250 },
      { sku: 'tea-assam', name: 'Assam tea, 250 g', quantity: 1, unitPrice: 899 },
    ],
    version: 1,
    placedAt: expect.any(String),
    updatedAt: expect.any(String),
  });
  expect(response.headers.location).toBe(`/api/orders/${id}`);
  expect((await service.app.inject(response.headers.location!)).json()).toEqual({ id, ...body });
  expect(await service.sent(id)).toEqual(['order.placed.v2', 'notification.remember.v1', 'payment.charge.v2']);
});

test('an order is accepted for an address under an internationalised top level domain', async () => {
  const response = await post({ ...order, email: 'ada@xn--e1afmkfd.xn--p1ai' });
  expect(response.statusCode).toBe(202);
  expect(await service.sent(response.json<{ id: string }>().id)).toEqual([
    'order.placed.v2',
    'notification.remember.v1',
    'payment.charge.v2',
  ]);
});

describe('an order is refused, and nothing is saved,', () => {
  let before: number;
  beforeAll(async () => void (before = await ordersSaved()));
  afterAll(async () => expect(await ordersSaved()).toBe(before));

  test.each([
    ['is missing', undefined, /^is required/],
    ['is empty', '', /^must be 1 to 255/],
    ['is longer than 255 characters', 'k'.repeat(256), /^must be 1 to 255/],
    ['is not ASCII', 'schlüssel', /^must be 1 to 255/],
  ])('when its Idempotency-Key %s', async (_, key, message) => {
    const response = await service.app.inject({
      method: 'POST',
      url: '/api/orders',
      headers: { ...(key !== undefined && { 'idempotency-key': key }) },
      payload: order,
    });
    expect(problemIn(response)).toMatchObject({
      status: 400,
      errors: [{ path: 'Idempotency-Key', message: expect.stringMatching(message) }],
    });
  });

  test('with every wrong field named by its path, all at once', async () => {
    const response = await post({
      customerId: 'customer\u0000',
      email: 'ada',
      currency: 'euro',
      lines: [{ ...mugs, quantity: 0 }, { ...mugs, price: 1 }, { sku: '', quantity: 1.5 }, { quantity: 1_001 }],
      total: 1,
    });
    expect(
      problemIn(response)
        .errors!.map(({ path }) => path)
        .sort(),
    ).toEqual([
      'currency',
      'customerId',
      'email',
      'lines.0.quantity',
      'lines.1.price',
      'lines.2.quantity',
      'lines.2.sku',
      'lines.3.quantity',
      'lines.3.sku',
      'paymentMethod',
      'total',
    ]);
  });

  test.each([
    ['a field that nobody knows', { ...order, coupon: 'X' }, 'coupon', 'is not a known field'],
    ['a price in its body', { ...order, lines: [{ ...mugs, unitPrice: 1 }] }, 'lines.0.unitPrice', 'is not a known field'],
    ['U+0000', { ...order, customerId: 'a\u0000' }, 'customerId', 'must not contain U+0000 or a lone surrogate'],
    [
      'a lone surrogate',
      { ...order, paymentMethod: 'pm_\ud800' },
      'paymentMethod',
      'must not contain U+0000 or a lone surrogate',
    ],
    ['letters beyond a to z', { ...order, email: 'jörg@exämple.de' }, 'email', expect.stringContaining('the letters a to z')],
    ['no line', { ...order, lines: [] }, 'lines', expect.stringContaining('>=1')],
    ['101 lines', { ...order, lines: Array(101).fill(mugs) }, 'lines', expect.stringContaining('<=100')],
    ['a quantity of 0', { ...order, lines: [{ ...mugs, quantity: 0 }] }, 'lines.0.quantity', expect.stringContaining('>=1')],
  ])('with %s', async (_, payload, path, message) => {
    // Lone surrogates and U+0000 travel as escapes, which is how JSON.stringify writes them.
    expect(problemIn(await post(payload))).toMatchObject({ status: 400, errors: [{ path, message }] });
  });

  // No schema knows the price list: the request is well-formed, and asks for a product that is not sold.
  test.each([
    [
      'an unknown sku',
      { ...order, lines: [mugs, { sku: 'moon', quantity: 1 }] },
      'lines.1.sku',
      expect.stringMatching(/^is not in the price list/),
    ],
    ['another currency', { ...order, lines: [{ sku: 'poster-map', quantity: 1 }] }, 'lines.0.sku', 'is sold in USD, not in EUR'],
  ])('of %s, as well-formed', async (_, payload, path, message) => {
    expect(problemIn(await post(payload))).toMatchObject({ status: 422, errors: [{ path, message }] });
  });

  test.each([
    ['is an array', '[]'],
    ['is null', 'null'],
    ['is a number', '7'],
    ['is no JSON', '{"customerId": '],
    ['is empty', ''],
    ['sets __proto__', `{"__proto__": {"admin": true}, ${JSON.stringify(order).slice(1)}`],
    ['sets constructor.prototype', `{"constructor": {"prototype": {"admin": true}}, ${JSON.stringify(order).slice(1)}`],
  ])('when its body %s', async (_, payload) => {
    expect(problemIn(await post(payload))).toMatchObject({ status: 400 });
  });

  test('when its body is larger than 64 KB', async () => {
    expect(problemIn(await post({ ...order, email: 'a'.repeat(64 * 1024) }))).toMatchObject({ status: 413 });
  });

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'when its body is %s',
    async (type) => {
      expect(problemIn(await post(JSON.stringify(order), { 'content-type': type }))).toMatchObject({ status: 415 });
    },
  );
});

describe('orders that wait at the same time', () => {
  /** So many statements of a kind has this process completed. */
  const completed = async (command: string) => {
    const { payload } = await service.app.inject({ url: '/metrics' });
    return Number(new RegExp(`^waybill_database_statements_total{command="${command}"} (\\d+)`, 'm').exec(payload)?.[1] ?? 0);
  };

  test('share commits, and each gets its own answer', async () => {
    const before = await completed('COMMIT');
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        post({ ...order, customerId: `crowd-${n}`, lines: [{ ...mugs, quantity: 1 + (n % 5) }] }),
      ),
    );
    const commits = (await completed('COMMIT')) - before;
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 202));
    expect(answers.map((answer) => answer.json<{ total: number }>().total)).toEqual(answers.map((_, n) => 1_250 * (1 + (n % 5))));
    const saved = await service.query<{ id: string; customer: string }>(
      `SELECT id, customer_id AS customer FROM orders WHERE customer_id LIKE 'crowd-%' ORDER BY substr(customer_id, 7)::int`,
    );
    expect(saved).toEqual(answers.map((answer, n) => ({ id: answer.json<{ id: string }>().id, customer: `crowd-${n}` })));
    expect(commits).toBeLessThan(20);
  });

  test('and one of which is refused cost the others nothing', async () => {
    const before = await completed('ROLLBACK');
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => post({ ...order, lines: [n % 10 === 3 ? { sku: 'moon', quantity: 1 } : mugs] })),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map((_, n) => (n % 10 === 3 ? 422 : 202)));
    expect(await completed('ROLLBACK')).toBe(before);
  });
});
