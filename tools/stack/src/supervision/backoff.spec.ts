import { expect, it } from '@jest/globals';
import { startsAgainAfterMs } from './backoff.ts';

it('the wait before the next start doubles with each crash in a row, up to five seconds', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 1000].map(startsAgainAfterMs)).toEqual([200, 200, 400, 800, 1600, 3200, 5000, 5000]);
});
