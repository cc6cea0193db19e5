import { expect, it } from '@jest/globals';
import { dotsAfter, type Dots, times } from './dots.ts';

const NONE: Dots = new Map();
const shown = (dots: Dots) =>
  [...dots].map(([line, all]) => `${line}: ${all.map(({ afterMs, many }) => `${afterMs}${many ? '+' : ''}`)}`);

it('shows a dot for each message, spread over the time until the next look', () => {
  expect(shown(dotsAfter(NONE, ['a', 'b', 'a'], 1_000))).toEqual(['a: 0,125', 'b: 0']);
});

it('shows twenty in a second at most for each line, and larger ones then', () => {
  const dots = dotsAfter(
    NONE,
    Array.from({ length: 40 }, () => 'a'),
    1_000,
  );
  expect(shown(dots)).toEqual(['a: 0+,50+,100+,150+,200+']);
});

it('shows an item that stands for many as those many', () => {
  expect(shown(dotsAfter(NONE, times(2, ['a']), 1_000))).toEqual(['a: 0,125']);
  expect(shown(dotsAfter(NONE, times(1_000_000, ['a']), 1_000))).toEqual(['a: 0+,50+,100+,150+,200+']);
});

it('lets each dot go to its end, and takes it away then', () => {
  const first = dotsAfter(NONE, ['a', 'a'], 1_000);
  const [one, two] = first.get('a')!;
  expect(dotsAfter(first, ['a'], 1_250).get('a')!.slice(0, 2)).toEqual([one, two]);
  expect(dotsAfter(first, [], 1_850).get('a')).toEqual([two]);
  expect(dotsAfter(first, [], 1_925).size).toBe(0);
});
