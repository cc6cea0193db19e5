import { expect, test } from '@jest/globals';
import { disturbance } from './calibration.ts';

test('a round counts when the machine was ours and as quick as at its best', () => {
  expect(disturbance({ othersShare: 0.02, spinMs: 20 }, 19)).toBeUndefined();
});

test('a round in which others worked does not count, and says so', () => {
  expect(disturbance({ othersShare: 0.4, spinMs: 20 }, 20)).toBe('others used 40 % of the processors');
});

test('a round on a processor that was slowed down does not count', () => {
  expect(disturbance({ othersShare: 0, spinMs: 40 }, 20)).toBe('the processor was 2.0 times slower than at its best');
});
