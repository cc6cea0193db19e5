import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Gathering } from './gathering.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const PATIENCE_MS = 500;

/** Runs that end when they are told to. */
function runs(options: { atMost?: number; sizeOf?: (item: number) => number; patienceMs?: number } = {}) {
  const begun: (readonly number[])[] = [];
  const ends: (() => void)[] = [];
  const gathering = new Gathering<number>({
    atMost: 3,
    ...options,
    run: (items) => {
      begun.push(items);
      return new Promise((resolve) => ends.push(resolve));
    },
  });
  const end = async (index: number) => {
    ends[index]!();
    await jest.advanceTimersByTimeAsync(0);
  };
  return { gathering, begun, end };
}

test('what comes while a run is under way goes together into the next one, as much as it takes', async () => {
  const { gathering, begun, end } = runs();
  for (let item = 1; item <= 6; item++) gathering.add(item);
  expect(begun).toEqual([[1]]);
  await end(0);
  await end(1);
  expect(begun).toEqual([[1], [2, 3, 4], [5, 6]]);
});

test('items count by their size, and a larger one than a run takes has a run for itself', async () => {
  const { gathering, begun, end } = runs({ atMost: 10, sizeOf: (item) => item });
  for (const item of [1, 4, 5, 6, 20, 2]) gathering.add(item);
  for (const run of [0, 1, 2, 3]) await end(run);
  expect(begun).toEqual([[1], [4, 5], [6], [20], [2]]);
});

test('a run that takes longer than patience lets one more begin beside it, and no third', async () => {
  const { gathering, begun, end } = runs({ patienceMs: PATIENCE_MS });
  gathering.add(1);
  gathering.add(2);
  await jest.advanceTimersByTimeAsync(PATIENCE_MS - 1);
  expect(begun).toEqual([[1]]);
  await jest.advanceTimersByTimeAsync(1);
  expect(begun).toEqual([[1], [2]]);
  gathering.add(3);
  await jest.advanceTimersByTimeAsync(10 * PATIENCE_MS);
  expect(begun).toEqual([[1], [2]]);
  await end(1);
  expect(begun).toEqual([[1], [2], [3]]);
  await end(2);
  await end(0);
  gathering.add(4);
  expect(begun).toHaveLength(4);
});

test('without patience a run has no other beside it, however long it takes', async () => {
  const { gathering, begun } = runs();
  gathering.add(1);
  gathering.add(2);
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect(begun).toEqual([[1]]);
});
