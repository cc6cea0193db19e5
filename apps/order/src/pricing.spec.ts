import { expect, test } from '@jest/globals';
import { priceLines } from './pricing.js';

const priceList = [
  { sku: 'mug', name: 'Mug', unitPrice: 1250, currency: 'EUR' },
  { sku: 'tea', name: 'Tea', unitPrice: 899, currency: 'EUR' },
  { sku: 'map', name: 'Map', unitPrice: 2200, currency: 'USD' },
  { sku: 'ship', name: 'Ship', unitPrice: 900_000_000, currency: 'EUR' },
];

test('a total is the sum of quantity times unit price, in minor units', () => {
  const lines = [
    { sku: 'mug', quantity: 2 },
    { sku: 'tea', quantity: 1 },
  ];
  expect(priceLines(lines, 'EUR', priceList)).toEqual({
    lines: [
      { sku: 'mug', name: 'Mug', quantity: 2, unitPrice: 1250 },
      { sku: 'tea', name: 'Tea', quantity: 1, unitPrice: 899 },
    ],
    total: 3399,
  });
});

test('every line that cannot be sold is named', () => {
  const lines = [
    { sku: 'mug', quantity: 1 },
    { sku: 'nothing', quantity: 1 },
    { sku: 'map', quantity: 1 },
  ];
  expect(priceLines(lines, 'EUR', priceList)).toEqual({
    errors: [
      { path: 'lines.1.sku', message: 'is not in the price list: see GET /api/products' },
      { path: 'lines.2.sku', message: 'is sold in USD, not in EUR' },
    ],
  });
});

test('a total that no payment could carry is refused', () => {
  expect(priceLines([{ sku: 'ship', quantity: 2 }], 'EUR', priceList)).toEqual({
    errors: [{ path: 'lines', message: 'cost more than one order may' }],
  });
});
