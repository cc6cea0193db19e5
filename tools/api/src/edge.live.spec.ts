// The whole system: every route that is described, through nginx, and every answer held against the document.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tokenFor, type Who } from '@waybill/sign-in';
import { down, status, stop, up } from '@waybill/stack';
import { eventually } from '@waybill/testing';
import { readFileSync } from 'node:fs';
import { differencesFrom, type Document } from './described-answer.ts';
import { operationsOf, operationsOnOrders } from './operations.ts';
import { documentFile } from './public-api.ts';

const INSTANCE = 'api-spec';
const UP_WITHIN_MS = 240_000;
const document = JSON.parse(readFileSync(documentFile, 'utf8')) as Document;
const differences = differencesFrom(document);

let origin: string;
beforeAll(async () => {
  await up({ instance: INSTANCE, report: () => {} });
  origin = (await status(INSTANCE)).urls['edge']!;
}, UP_WITHIN_MS);
afterAll(() => down({ instance: INSTANCE, purge: true, report: () => {} }), UP_WITHIN_MS);

/** Which answer each operation has given: `POST /api/orders 202`. */
const seen = new Set<string>();

/** By a program that may do all of it, unless `who` is somebody else. */
async function ask(operation: string, path: string, request: RequestInit = {}, who: Who | 'nobody' = 'machine') {
  const method = operation.split(' ')[0]!;
  const signedIn = who === 'nobody' ? {} : { authorization: `Bearer ${await tokenFor(INSTANCE, who)}` };
  const answer = await fetch(origin + path, { method, ...request, headers: { ...signedIn, ...(request.headers as object) } });
  expect({ operation, differences: await differences(operation, answer.clone()) }).toEqual({ operation, differences: [] });
  seen.add(`${operation} ${answer.status}`);
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const order = {
  customerId: 'customer-17',
  email: 'ada@example.com',
  currency: 'EUR',
  lines: [{ sku: 'mug-enamel', quantity: 2 }],
  paymentMethod: 'pm_ok',
};
const POST_ORDER = 'POST /api/orders';
const post = (key: string, body: unknown = order, headers: Record<string, string> = {}) =>
  ask(POST_ORDER, '/api/orders', {
    headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const cancelWith = (body: string, type: string) =>
  ask('POST /api/orders/{id}/cancel', `/api/orders/${NOBODY}/cancel`, { headers: { 'content-type': type }, body });

const NOBODY = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';

describe('a customer', () => {
  let id: string;

  test('reads the price list', async () => {
    expect((await ask('GET /api/products', '/api/products')).status).toBe(200);
  });

  test('places an order, and finds it where the answer says', async () => {
    const { status: accepted, headers, body } = await post('first');
    expect(accepted).toBe(202);
    ({ id } = body as { id: string });
    expect(headers.get('location')).toBe(`/api/orders/${id}`);
    await eventually('it is confirmed', async () => {
      const { body: now } = await ask('GET /api/orders/{id}', headers.get('location')!);
      return (now as { status: string }).status === 'confirmed';
    });
  });

  test('reads its history, its payment and its mail', async () => {
    const { body: history } = await ask('GET /api/orders/{id}/history', `/api/orders/${id}/history`);
    expect(history).toMatchObject([{ status: 'placed' }, { status: 'confirmed', message: { type: 'payment.charged.v1' } }]);
    const { body: payments } = await ask('GET /api/payments', `/api/payments?orderId=${id}`);
    expect(payments).toMatchObject([{ status: 'charged' }]);
    await eventually('the mail is sent', async () => {
      const { body: mails } = await ask('GET /api/notifications', `/api/notifications?orderId=${id}`);
      return (mails as { sentAt?: string }[])[0]?.sentAt !== undefined;
    });
  });

  test('cancels it, and sees why it is cancelled', async () => {
    expect((await ask('POST /api/orders/{id}/cancel', `/api/orders/${id}/cancel`)).status).toBe(202);
    await eventually('it is cancelled', async () => {
      const { body } = await ask('GET /api/orders/{id}', `/api/orders/${id}`);
      return (body as { status: string; reason?: string }).status === 'cancelled';
    });
  });

  test('finds it among all orders', async () => {
    const { body } = await ask('GET /api/orders', '/api/orders?customerId=customer-17&status=cancelled&limit=1');
    expect(body).toMatchObject({ orders: [{ id, status: 'cancelled' }] });
  });

  test('of a declined order sees the reason in the payment too', async () => {
    const { body } = await post('declined', { ...order, paymentMethod: 'pm_declined' });
    const path = `/api/payments?orderId=${(body as { id: string }).id}`;
    await eventually('it is declined', async () => {
      const { body: payments } = await ask('GET /api/payments', path);
      return (payments as { status: string }[])[0]?.status === 'declined';
    });
  });
});

test('a customer has everything erased', async () => {
  expect((await ask('DELETE /api/customers/me', '/api/customers/me', {}, 'customer')).status).toBe(202);
});

describe('a mistake is a problem that is described:', () => {
  test.each([
    ['a body that is no JSON', 400, () => post('broken', '{')],
    ['wrong fields', 400, () => post('wrong', { ...order, lines: [] })],
    ['no key', 400, () => post('', order)],
    ['what is not sold', 422, () => post('moon', { ...order, lines: [{ sku: 'moon', quantity: 1 }] })],
    ['a key used for another order', 422, () => post('first', { ...order, customerId: 'customer-17', currency: 'USD' })],
    ['a body of another type', 415, () => post('text', 'hello', { 'content-type': 'text/plain' })],
    ['a body that is too large', 413, () => post('large', `"${'x'.repeat(70_000)}"`)],
    ['no such order', 404, () => ask('GET /api/orders/{id}', `/api/orders/${NOBODY}`)],
    ['no such history', 404, () => ask('GET /api/orders/{id}/history', `/api/orders/${NOBODY}/history`)],
    ['nothing to cancel', 404, () => ask('POST /api/orders/{id}/cancel', `/api/orders/${NOBODY}/cancel`)],
    ['a reason to cancel from who has no need of one', 400, () => cancelWith('{"reason":"late"}', 'application/json')],
    ['a reason to cancel that is no JSON', 415, () => cancelWith('late', 'text/plain')],
    ["nobody's orders", 400, () => ask('GET /api/orders', '/api/orders')],
    ["no order's payment", 400, () => ask('GET /api/payments', '/api/payments')],
  ] as const)('%s, %s', async (_, expected, request) => {
    expect((await request()).status).toBe(expected);
  });

  test.each(operationsOnOrders(document))('what is no order, or an order that nobody has placed: %s', async (operation) => {
    const path = operation.split(' ')[1]!;
    expect((await ask(operation, `${path}?orderId=1`)).status).toBe(400);
    expect(await ask(operation, `${path}?orderId=${NOBODY}`)).toMatchObject({ status: 200, body: [] });
  });

  test.each(operationsOf(document).filter((operation) => operation !== 'GET /api/products'))(
    'nobody has signed in, or somebody of another role: %s',
    async (operation) => {
      const path = operation.split(' ')[1]!.replace('{id}', NOBODY);
      expect((await ask(operation, path, {}, 'nobody')).status).toBe(401);
      expect((await ask(operation, path, {}, 'operator')).status).toBe(403);
    },
  );

  test('no replica of a service', async () => {
    for (const replica of ['notification-1', 'notification-2']) await stop(replica, INSTANCE);
    const answer = await ask('GET /api/notifications', `/api/notifications?orderId=${NOBODY}`);
    expect(answer.status).toBe(503);
  });
});

test('every route that is described was asked through nginx, and has answered with every problem that it is said to have', () => {
  // Two requests at the same moment, too many of them, nobody there: their own specs make them happen.
  const hardToMeet = ['409', '429', '503', 'default'];
  const described = operationsOf(document).flatMap((operation) => {
    const [method, path] = operation.split(' ');
    const statuses = Object.keys(document.paths[path!]![method!.toLowerCase()]!.responses);
    return statuses.filter((each) => !hardToMeet.includes(each)).map((each) => `${operation} ${each}`);
  });
  expect(described.filter((answer) => !seen.has(answer))).toEqual([]);
});

describe('/docs', () => {
  const get = (path: string) => fetch(origin + path);

  test('/docs/openapi.json is the document', async () => {
    const answer = await get('/docs/openapi.json');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toEqual(document);
  });

  test.each(['/docs', '/docs/', '/docs/signed-in.html?code=x'])(
    '%s is a page that needs nothing but what is served beside it',
    async (path) => {
      const page = await get(path);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self';/);
      expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
      // Where the page may send what it has: here, and to the issuer, which makes a token of the code.
      const { identity } = (await status(INSTANCE)).urls;
      expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' ${identity};`);

      const html = await page.text();
      expect(html).not.toContain('//');
      const parts = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, part]) => part!);
      expect(parts).toHaveLength(4);
      for (const part of parts) expect(`${part} ${(await get(part)).status}`).toBe(`${part} 200`);
    },
  );

  test.each([
    '/docs/index.html',
    '/docs/swagger-ui.js',
    '/docs/../../etc/passwd',
    '/docs/%2e%2e/instance.conf',
    '/docsx',
    '/docs/x',
  ])('nothing else is there: %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  test('takes no POST', async () => {
    const answer = await fetch(`${origin}/docs`, { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});
