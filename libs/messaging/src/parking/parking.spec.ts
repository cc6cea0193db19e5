import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ComeBack, CommitUnknown, reasonOf, Reject, Transient } from '../errors.js';
import { classify } from './failure-class.js';
import { parkingAfter } from './parking.js';
import { backoffMs, defaultTuning } from '../tuning.js';

describe('what a failure means', () => {
  test.each([
    ['Reject', new Reject('no such sku'), 'reject'],
    ['ComeBack', new ComeBack(0, 'leased'), 'come-back'],
    ['Transient', new Transient('provider away'), 'transient'],
    ['an unknown commit', new CommitUnknown(new Error('cut')), 'transient'],
    ['a deadlock', Object.assign(new Error(), { code: '40P01' }), 'transient'],
    ['a lock timeout', Object.assign(new Error(), { code: '55P03' }), 'transient'],
    ['a server that goes down', Object.assign(new Error(), { code: '57P01' }), 'transient'],
    ['a refused connection', Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'transient'],
    ['a broken constraint', Object.assign(new Error(), { code: '23514' }), 'failure'],
    ['a bug', new TypeError('x is undefined'), 'failure'],
  ])('%s', (_, error, kind) => expect(classify(error)).toBe(kind));

  test('a rejected message is a dead letter at once, a failed one waits, a transient failure does not count', () => {
    expect(parkingAfter(new Reject('never'), defaultTuning)).toMatchObject({ state: 'dead' });
    expect(parkingAfter(new Error('maybe'), defaultTuning)).toMatchObject({ state: 'waiting', failures: 1 });
    expect(parkingAfter(new Transient('away'), defaultTuning)).toMatchObject({ state: 'waiting', failures: 0 });
  });

  test('evidence can be stored: no U+0000, no lone surrogate, capped', () => {
    const evidence = reasonOf(new Error(`a\0b\ud800${'x'.repeat(5_000)}`));
    expect(evidence).toMatch(/^Error: a\\0b\ufffdx/);
    expect(evidence).toHaveLength(1_000);
  });
});

describe('backoff', () => {
  test('doubles up to its cap, with jitter downwards only', () => {
    for (const [n, whole] of [
      [1, 200],
      [2, 400],
      [5, 3_200],
      [10, 15_000],
      [500, 15_000],
    ] as const) {
      const ms = backoffMs(n, 200, 15_000);
      expect(ms).toBeGreaterThanOrEqual(whole / 2);
      expect(ms).toBeLessThanOrEqual(whole);
    }
  });
});

test('an error can be kept as evidence, whatever it says', () => {
  const hostile = fc.array(fc.constantFrom('a', '\0', '\ud83d', '\ude00', '😀'), { maxLength: 30 });
  fc.assert(
    // Around the cap as well, where a character of two halves may be cut.
    fc.property(hostile, fc.constantFrom(0, 985), (characters, before) => {
      const evidence = reasonOf(new Error('x'.repeat(before) + characters.join('')));
      return !evidence.includes('\0') && evidence.isWellFormed() && evidence.length <= 1_000;
    }),
    { numRuns: 1_000 },
  );
});
