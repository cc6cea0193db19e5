import { expect, test } from '@jest/globals';
import { isSteady } from './warm-up.ts';

const window = (orders: number, us: number) => ({ orders, cpuUsPerOrder: { postgres: us / 2, order: us / 2 } });

test('a system whose orders still become cheaper is not warm', () => {
  expect(isSteady([window(2_500, 9_000), window(3_500, 7_000)], 3_000)).toBe(false);
});

test('a system is warm when two windows agree on what an order costs', () => {
  expect(isSteady([window(2_500, 9_000), window(3_500, 7_300), window(4_500, 7_000)], 3_000)).toBe(true);
});

test('two windows that agree by chance do not make a system warm before its least orders', () => {
  expect(isSteady([window(681, 14_112), window(1_069, 14_108)], 3_000)).toBe(false);
});

test('one window agrees with none', () => {
  expect(isSteady([], 0)).toBe(false);
  expect(isSteady([window(5_000, 7_000)], 3_000)).toBe(false);
});
