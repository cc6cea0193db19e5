import { expect, test } from '@jest/globals';
import { contracts, text } from '@waybill/contracts';
import fc from 'fast-check';
import { valuesOf } from './values-of.js';

test.each(contracts.map((contract) => [contract.type, contract] as const))('payloads drawn for %s are valid', (_, { schema }) => {
  fc.assert(fc.property(valuesOf(schema), (payload) => schema.safeParse(payload).success));
});

test('a text is drawn at its limits, and with words that mean something to a program', () => {
  const drawn = fc.sample(valuesOf(text(64)), 1_000);
  expect(drawn).toContain('__proto__');
  expect(drawn.map(({ length }) => length)).toEqual(expect.arrayContaining([1, 63, 64]));
});
