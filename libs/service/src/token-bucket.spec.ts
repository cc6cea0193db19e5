import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket } from './token-bucket.js';

const taken = (bucket: TokenBucket, times: readonly number[]) => times.filter((time) => bucket.take(time)).length;

test('what forty seconds have saved goes through at once, and then the rate', () => {
  const bucket = new TokenBucket(5);
  expect(taken(bucket, Array<number>(500).fill(0))).toBe(200);
  expect(taken(bucket, Array<number>(500).fill(1_000))).toBe(5);
});

test('a rate below one lets one through at once', () => {
  expect(taken(new TokenBucket(0.01), [0, 0, 1])).toBe(1);
});

test('a rate of nothing lets nothing through', () => {
  expect(taken(new TokenBucket(0), [0, 60_000])).toBe(0);
});

test('never more goes through than was saved and came since', () => {
  const gaps = fc.array(fc.nat(400), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), gaps, (perSecond, waits) => {
      let time = 0;
      const times = waits.map((wait) => (time += wait));
      expect(taken(new TokenBucket(perSecond), times)).toBeLessThanOrEqual(40 * perSecond + (time / 1_000) * perSecond + 1);
    }),
  );
});
