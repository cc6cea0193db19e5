import { expect, it } from '@jest/globals';
import { table } from './table.ts';

it('aligns text to the left and numbers to the right', () => {
  expect(
    table(
      [
        ['confirmed', 180, 'of 200'],
        ['not settled', 0],
      ],
      '',
    ),
  ).toBe('confirmed    180  of 200\nnot settled    0');
});
