import { expect, test } from '@jest/globals';
import { ClosedPaths } from './closed-paths.js';
import { defaultTuning } from '../tuning.js';

test('a path is left out for longer each time, for seconds at most, and at once forgotten when it opens', () => {
  let now = 0;
  const paths = new ClosedPaths(defaultTuning, () => now);
  expect(paths.close('3')).toBe(true);
  expect(paths.left).toEqual(['3']);
  expect(paths.reopensInMs).toBeLessThanOrEqual(defaultTuning.refusedBackoffMs);
  now += defaultTuning.refusedBackoffMs;
  expect([paths.left, paths.reopensInMs]).toEqual([[], undefined]);
  for (let n = 0; n < 10; n++) expect(paths.close('3')).toBe(false);
  expect(paths.reopensInMs).toBeLessThanOrEqual(defaultTuning.reconnectCapMs);
  expect(paths.reopensInMs).toBeGreaterThanOrEqual(defaultTuning.reconnectCapMs / 2);
  expect(paths.open('3')).toBe(true);
  expect(paths.open('3')).toBe(false);
});
