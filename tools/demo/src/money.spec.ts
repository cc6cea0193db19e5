import { expect, it } from '@jest/globals';
import { money } from './money.ts';

it.each([
  [2598, 'EUR', '25.98 EUR'],
  [5, 'EUR', '0.05 EUR'],
  [2598, 'JPY', '2598 JPY'],
  [2598, 'KWD', '2.598 KWD'],
  [1_000_000_000, 'KWD', '1000000.000 KWD'],
])('writes %i minor units of %s with the digits that the currency has', (amount, currency, text) => {
  expect(money(amount, currency)).toBe(text);
});
