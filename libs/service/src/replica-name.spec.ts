import { expect, it } from '@jest/globals';
import { replicaByAddress } from './replica-name.js';

const named = (names: Readonly<Record<string, readonly string[]>>) =>
  replicaByAddress('order', async (address) => names[address] ?? Promise.reject(new Error('ENOTFOUND')), [
    '172.18.0.9',
    '172.19.0.4',
  ]);

it.each([
  ['waybill-order-2.waybill_app', 'order-2'],
  ['my-shop-order-13.my-shop_app', 'order-13'],
  // Compose before version 2.
  ['waybill_order_1.waybill_app', 'order-1'],
])('a container that is %s is called %s', async (name, replica) => {
  expect(await named({ '172.19.0.4': [name] })).toBe(replica);
});

it.each(['waybill-payment-2.waybill_app', 'waybill-order-run-8df02a493e89.waybill_app', 'preorder-3.lan', 'order.lan'])(
  '%s names no copy of the service',
  async (name) => {
    expect(await named({ '172.18.0.9': [name] })).toBeUndefined();
  },
);

it('where nobody knows names there is none', async () => {
  expect(await named({})).toBeUndefined();
});
