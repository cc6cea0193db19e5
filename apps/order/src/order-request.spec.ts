import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { orderRequest } from './order-request.js';

const problemsOf = (email: string) => {
  const order = {
    customerId: 'customer-17',
    currency: 'EUR',
    lines: [{ sku: 'mug-enamel', quantity: 1 }],
    paymentMethod: 'pm_ok',
  };
  return orderRequest.safeParse({ ...order, email }).error?.issues.map(({ message }) => message) ?? [];
};

const label = 'x'.repeat(63);
/** As long as an address may be: 64 octets before the @, and 189 behind it. */
const longest = `${'x'.repeat(64)}@${label}.${label}.${'y'.repeat(57)}.com`;

test.each([
  ['of a plain kind', 'ada@example.com'],
  ['with every sign that a local part may have', "o'hara+tea_2-x.y@example.com"],
  ['under an internationalised top level domain', 'ada@xn--e1afmkfd.xn--p1ai'],
  ['in capitals', 'ADA@EXAMPLE.XN--P1AI'],
  ['of 254 characters', longest],
])('an address %s is taken', (_, email) => {
  expect(problemsOf(email)).toEqual([]);
});

test.each([
  ['has letters beyond a to z before the @', 'jörg@example.com'],
  ['has them in its domain', 'ada@exämple.de'],
  ['has them in its top level domain', 'ada@example.рф'],
  ['has 65 characters before the @', `${'x'.repeat(65)}@example.com`],
  ['has a label of 64 characters', `ada@${'x'.repeat(64)}.com`],
  ['has a label that ends with a hyphen', 'ada@example-.com'],
  ['ends before its top level domain does', 'ada@example.xn--'],
  ['begins with a dot', '.ada@example.com'],
  ['ends with a dot before the @', 'ada.@example.com'],
  ['has two dots in a row', 'ada..b@example.com'],
  ['is quoted', '"ada b"@example.com'],
  ['ends with a line', 'ada@example.com\n'],
])('an address that %s is refused, with what is taken', (_, email) => {
  expect(problemsOf(email)).toEqual([
    expect.stringMatching(/up to 64 of the letters a to z, digits and . _ ' \+ - before the @.* in its xn-- form/),
  ]);
});

test('an address of 255 characters is refused', () => {
  expect(problemsOf(longest.replace('yyy', 'yyyy'))).toEqual([expect.stringContaining('<=254')]);
});

test('U+0000 is refused in every text, as each is described', () => {
  const { customerId, paymentMethod, lines } = orderRequest.shape;
  for (const text of [customerId, paymentMethod, lines.element.shape.sku])
    for (const [words, taken] of [
      ['mug', true],
      ['caf\u00e9 \u{1F375}', true],
      ['a\0b', false],
    ] as const) {
      const { pattern } = z.toJSONSchema(text);
      expect([words, new RegExp(pattern!, 'u').test(words), text.safeParse(words).success]).toEqual([words, taken, taken]);
    }
});
