import { describe, expect, it } from '@jest/globals';
import { orderRequest } from './order-request.ts';

const PRODUCTS = [
  { sku: 'mug', currency: 'EUR' },
  { sku: 'map', currency: 'USD' },
  { sku: 'tea', currency: 'EUR' },
];

describe('the orders of a run', () => {
  const orders = Array.from({ length: 200 }, (_, n) => orderRequest('demo-1', n, PRODUCTS));

  it('mostly pay; a tenth is declined, a tenth left without an answer, a tenth cancelled, one in twenty sent twice', () => {
    const paidWith = (method: string) => orders.filter(({ body }) => body.paymentMethod === method);
    expect(paidWith('pm_declined')).toHaveLength(20);
    expect(paidWith('pm_timeout_charged')).toHaveLength(10);
    expect(paidWith('pm_timeout_not_charged')).toHaveLength(10);
    expect(orders.filter(({ cancel }) => cancel === 'at once')).toHaveLength(10);
    expect(orders.filter(({ cancel }) => cancel === 'when it is confirmed')).toHaveLength(10);
    expect(orders.filter(({ twice }) => twice === 'at the same time')).toHaveLength(5);
    expect(orders.filter(({ twice }) => twice === 'afterwards')).toHaveLength(5);
  });

  it('each have a key and a customer of their own, so that a second order for a request shows', () => {
    expect(new Set(orders.map(({ key }) => key)).size).toBe(200);
    expect(new Set(orders.map(({ body }) => body.customerId)).size).toBe(200);
  });

  it('buy what is sold in their currency', () => {
    expect(new Set(orders.flatMap(({ body }) => body.lines.map(({ sku }) => sku)))).toEqual(new Set(['mug', 'tea']));
  });
});
