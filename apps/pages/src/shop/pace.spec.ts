import { describe, expect, it } from '@jest/globals';
import { everyMs } from './pace.ts';

/** How often is asked in so many seconds, while nothing changes. */
function asked(underWay: boolean, seconds: number): number {
  let count = 0;
  for (let at = 0; at < seconds * 1_000; at += everyMs(underWay, count)) count += 1;
  return count;
}

describe('a page that shows orders', () => {
  it('asks soon for one that is under way, and backs off when that takes long', () => {
    expect(everyMs(true, 0)).toBe(500);
    expect([asked(true, 2), asked(true, 60)]).toEqual([3, 16]);
  });

  it('asks seldom for what is settled', () => {
    expect(asked(false, 60)).toBeLessThanOrEqual(7);
    expect(everyMs(false, 1_000)).toBe(20_000);
  });
});
