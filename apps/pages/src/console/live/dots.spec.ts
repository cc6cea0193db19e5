import { expect, it } from '@jest/globals';
import { dotsFor, running } from './dots.ts';

const shown = (count: number) => dotsFor(count, 1_000).map(({ afterMs, many }) => `${afterMs}${many ? '+' : ''}`);

it('shows a dot for each message, spread over the time until the console tells again', () => {
  expect([shown(0), shown(1), shown(2)]).toEqual([[], ['0'], ['0', '125']]);
});

it('shows twenty in a second at most, and larger ones then', () => {
  expect(shown(1_000_000)).toEqual(['0+', '50+', '100+', '150+', '200+']);
});

it('lets each dot go to its end, and takes it away then', () => {
  const dots = dotsFor(2, 1_000);
  expect(running(dots, 1_250)).toBe(dots);
  expect(running(dots, 1_850)).toEqual([dots[1]]);
  expect(running(dots, 1_925)).toEqual([]);
});
