import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reason, reasonFrom } from './parts.js';

test('what others say becomes a reason, whatever it is', () => {
  const words = fc.array(fc.constantFrom('a', '\0', '\ud83d', '\ude00', '😀', '\n', ' ', 'x'.repeat(197)), { maxLength: 6 });
  const anything = fc.oneof(
    fc.anything(),
    words.map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(anything, (said) => reason.safeParse(reasonFrom(said)).success),
    { numRuns: 1_000 },
  );
});

test('it keeps its words, on one line, as far as they fit', () => {
  expect(reasonFrom('card\r\n\texpired\u001b[2J ')).toBe('card expired [2J');
  expect(reasonFrom('x'.repeat(200))).toBe('x'.repeat(200));
  expect(reasonFrom('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
  expect(reasonFrom(' \0')).toBe('no reason given');
});
