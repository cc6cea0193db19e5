import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { added, type Basket, isBasket, MOST, parcels, pieces, without, withQuantity } from './basket.ts';

const products = [
  { sku: 'mug', name: 'Mug', unitPrice: 1250, currency: 'EUR' },
  { sku: 'map', name: 'Map', unitPrice: 2200, currency: 'USD' },
  { sku: 'pen', name: 'Pen', unitPrice: 3400, currency: 'EUR' },
];

describe('a basket', () => {
  it('holds what was put in, and never less than one or more than an order takes', () => {
    const steps = fc.array(fc.record({ sku: fc.constantFrom('mug', 'map', 'pen', '__proto__'), more: fc.integer() }));
    fc.assert(
      fc.property(steps, (all) => {
        const basket = all.reduce<Basket>((before, { sku, more }) => added(before, sku, more), {});
        expect(isBasket(basket)).toBe(true);
        for (const quantity of Object.values(basket)) expect(quantity).toBeLessThanOrEqual(MOST);
      }),
    );
  });

  it('is counted in pieces, and loses what was ordered', () => {
    const basket = withQuantity(withQuantity({}, 'mug', 2), 'pen', 1);
    expect(pieces(basket)).toBe(3);
    expect(without(basket, ['mug'])).toEqual({ pen: 1 });
    expect(withQuantity(basket, 'mug', 0)).toEqual({ pen: 1 });
  });

  it('becomes one parcel for each currency, without what is no longer sold', () => {
    expect(parcels({ pen: 1, map: 3, mug: 2, gone: 5 }, products)).toEqual([
      {
        currency: 'EUR',
        lines: [
          { product: products[0], quantity: 2 },
          { product: products[2], quantity: 1 },
        ],
        total: 5900,
      },
      { currency: 'USD', lines: [{ product: products[1], quantity: 3 }], total: 6600 },
    ]);
  });

  it.each([null, [], 'mug', { mug: 0 }, { mug: 1.5 }, { mug: '1' }])('is not read from %j', (value) => {
    expect(isBasket(value)).toBe(false);
  });
});
