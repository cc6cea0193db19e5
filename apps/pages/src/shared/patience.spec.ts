import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Refused, Unanswered } from './ask.ts';
import { againAfterMs, patiently } from './patience.ts';

const refused = (status: number, retryAfterSeconds?: number) => new Refused({ title: '', status }, retryAfterSeconds);
const luck = fc.double({ min: 0, max: 0.999, noNaN: true });
const tries = fc.integer({ min: 1, max: 10_000 });

describe('a request that failed', () => {
  it('is sent again after a while that grows up to ten seconds, when nobody answered', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map((count) => againAfterMs(new Unanswered(), count, 1));
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    fc.assert(
      fc.property(tries, luck, (count, by) => expect(againAfterMs(new Unanswered(), count, by)).toBeLessThanOrEqual(10_000)),
    );
  });

  it('is never sent before the time that a server named', () => {
    fc.assert(
      fc.property(fc.constantFrom(409, 429, 503), fc.nat(3_600), tries, luck, (status, seconds, count, by) =>
        expect(againAfterMs(refused(status, seconds), count, by)).toBeGreaterThanOrEqual(seconds * 1_000),
      ),
    );
  });

  it.each([400, 401, 404, 405, 413, 415, 422])('is not sent again after a %d: another try would end the same', (status) => {
    expect(againAfterMs(refused(status, 1), 1, 0)).toBeUndefined();
  });

  it('is not sent again after a mistake of the page', () => {
    expect(againAfterMs(new TypeError('x is undefined'), 1, 0)).toBeUndefined();
  });

  it('is given up when nobody waits for it any more', async () => {
    const leaving = new AbortController();
    leaving.abort();
    await expect(patiently(() => Promise.reject(new Unanswered('gone')), leaving.signal)).rejects.toThrow('gone');
  });
});
