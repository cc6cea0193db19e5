import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Messaging, messagingMigrations, newId } from '@waybill/messaging';
import { createService } from '@waybill/service';
import { problemIn, ServiceUnderTest } from '@waybill/testing';
import { OrderModule } from './order.module.js';
import { orderMigrations } from './migrations/index.js';

type App = Awaited<ReturnType<typeof createService>>;

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make({
    migrations: [...messagingMigrations, ...orderMigrations],
    create: (config) => createService(OrderModule, { service: 'order', paymentDeadlineMs: 900_000, ...config }),
    messagingOf: (app: App) => app.get(Messaging),
  });
});
afterAll(() => service.close());

const get = (url: string) => service.app.inject(url);

test('a new order has one state in its history, brought by no message', async () => {
  const placed = await service.app.inject({
    method: 'POST',
    url: '/api/orders',
    headers: { 'idempotency-key': newId() },
    payload: {
      customerId: 'customer-17',
      email: 'ada@example.com',
      currency: 'EUR',
      lines: [{ sku: 'mug-enamel', quantity: 2 }],
      paymentMethod: 'pm_ok',
    },
  });
  const { id, placedAt } = placed.json<{ id: string; placedAt: string }>();
  expect((await get(`/api/orders/${id}/history`)).json()).toEqual([{ version: 1, status: 'placed', at: placedAt }]);
  // Whom it is for and how it is paid is nobody's business who has only the id.
  expect((await get(`/api/orders/${id}`)).payload).not.toMatch(/ada@example.com|customer-17|pm_ok/);
});

describe('what does not exist is a 404:', () => {
  test.each([
    ['an order', `/api/orders/${newId()}`],
    ['its history', `/api/orders/${newId()}/history`],
    ['an order whose id is no uuid', '/api/orders/1'],
    ['its history', '/api/orders/1/history'],
    ['an id with SQL in it', `/api/orders/${encodeURIComponent("' OR 1=1 --")}`],
    ['an id with U+0000 in it', '/api/orders/%00'],
    ['a route', '/api/nothing'],
    ['a file', '/api/../../etc/passwd'],
  ])('%s, %s', async (_, url) => {
    expect(problemIn(await get(url))).toMatchObject({ status: 404 });
  });

  test('a method', async () => {
    expect(problemIn(await service.app.inject({ method: 'DELETE', url: `/api/orders/${newId()}` }))).toMatchObject({
      status: 404,
    });
  });
});

test('an address that cannot be decoded is a 400', async () => {
  expect(problemIn(await get('/api/orders/%E0%A4%A'))).toMatchObject({ status: 400 });
});

test('the price list is sorted by sku, in minor units', async () => {
  const response = await get('/api/products');
  expect(response.statusCode).toBe(200);
  const products = response.json<{ sku: string }[]>();
  expect(products).toContainEqual({ sku: 'mug-enamel', name: 'Enamel mug', unitPrice: 1250, currency: 'EUR' });
  expect(products.map(({ sku }) => sku)).toEqual(products.map(({ sku }) => sku).sort());
});
