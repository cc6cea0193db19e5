import { expect, test } from '@jest/globals';
import { isGrowing, schedule } from './schedule.ts';

test('a schedule has the rate that was asked for, in order, within its time', () => {
  const due = schedule(200, 60_000);
  expect(due.length).toBeGreaterThan(11_500);
  expect(due.length).toBeLessThan(12_500);
  expect(due.toSorted((a, b) => a - b)).toEqual(due);
  expect(due.at(-1)).toBeLessThan(60_000);
});

test('orders come in clumps, as those of independent clients do', () => {
  const due = schedule(100, 100_000);
  const gaps = due.slice(1).map((at, index) => at - due[index]!);
  expect(gaps.filter((gap) => gap < 1).length / gaps.length).toBeCloseTo(1 - Math.exp(-0.1), 1);
});

test('each system gets the same schedule', () => {
  expect(schedule(50, 5_000, 7)).toEqual(schedule(50, 5_000, 7));
  expect(schedule(50, 5_000, 7)).not.toEqual(schedule(50, 5_000, 8));
});

const every100Ms = (count: (step: number) => number) => Array.from({ length: 100 }, (_, step) => count(step));

test('a backlog that grows with the run is seen', () => {
  expect(
    isGrowing(
      every100Ms((step) => 10 * step),
      100,
    ),
  ).toBe(true);
});

test('a second of orders that waits for the next poll is no growth', () => {
  expect(
    isGrowing(
      every100Ms((step) => 100 + 100 * ((step % 10) / 10)),
      100,
    ),
  ).toBe(false);
});

test('a few orders more at the end are no growth', () => {
  expect(
    isGrowing(
      every100Ms((step) => (step > 60 ? 8 : 2)),
      10,
    ),
  ).toBe(false);
});
