import { describe, expect, it } from '@jest/globals';
import { aligned, figure } from './figures.ts';

describe('a figure', () => {
  it.each([
    [0.0123, 'seconds', '12 ms'],
    [2.06, 'seconds', '2.1 s'],
    [130_400_000, 'bytes', '130 MB'],
    [80.4, 'per second', '80/s'],
    [3, 'rows', '3'],
  ] as const)('%d in %s reads %s', (value, unit, text) => {
    expect(figure(value, unit)).toBe(text);
  });
});

describe('the lines of a chart', () => {
  it('have a gap where there is no figure, and not the last one', () => {
    const lines = [
      {
        name: 'a',
        points: [
          [10, 1],
          [30, 3],
        ] as const,
      },
      { name: 'b', points: [] },
    ];
    expect(aligned(lines, { from: 10, to: 30, step: 10 })).toEqual({
      times: [10, 20, 30],
      values: [
        [1, null, 3],
        [null, null, null],
      ],
    });
  });
});
