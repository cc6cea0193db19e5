import { expect, test } from '@jest/globals';
import { median, percentile, ratiosOf, summaryOf } from './statistics.ts';

test('a percentile is a value that was measured', () => {
  const values = [10, 20, 30, 40];
  expect(percentile(values, 0.5)).toBe(20);
  expect(percentile(values, 0.99)).toBe(40);
  expect(percentile(values, 0)).toBe(10);
  expect(percentile([], 0.5)).toBeNaN();
});

test('numbers are sorted as numbers', () => {
  expect(percentile([9, 100, 10], 0.5)).toBe(10);
  expect(median([9, 100, 10])).toBe(10);
});

test('a median of an even number of rounds is the mean of the two in the middle', () => {
  expect(median([1, 3, 2, 100])).toBe(2.5);
});

test('one bad round moves the spread and not the median', () => {
  expect(summaryOf([100, 101, 20, 99, 100])).toEqual({ median: 100, lowest: 20, highest: 101, rounds: 5 });
});

test('a ratio is made within a round, so that a slow round does not count twice', () => {
  expect(ratiosOf([100, 50], [10, 5])).toEqual([10, 10]);
});
