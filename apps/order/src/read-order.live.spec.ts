import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@waybill/messaging';
import { problemIn, ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, place } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
});
afterAll(() => service.close());

const get = (url: string) => service.app.inject(url);

test('a new order has one state in its history, brought by no message', async () => {
  const { id, placedAt } = await place(service);
  expect((await get(`/api/orders/${id}/history`)).json()).toEqual([{ version: 1, status: 'placed', at: placedAt }]);
  // A reader who has only the id must not learn the customer and the way of payment.
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
