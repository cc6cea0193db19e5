import { expect, test } from '@jest/globals';
import { bestSpin, keep } from './results.ts';

const calm = { othersShare: 0.01, spinMs: 20 };
const disturbed = { othersShare: 0.5, spinMs: 20 };

test('a disturbed round is dropped and counted', () => {
  expect(keep([calm, disturbed, calm], 20)).toEqual({ rounds: [calm, calm], disturbed: 1, despiteDisturbance: false });
});

test('when most rounds were disturbed all of them are kept, and that is said', () => {
  expect(keep([calm, disturbed, disturbed], 20)).toEqual({
    rounds: [calm, disturbed, disturbed],
    disturbed: 2,
    despiteDisturbance: true,
  });
});

test('the best spin is that of the whole run, so that a machine that was slow in one part is seen', () => {
  const layer = { layer: 'relay', unit: 'rows', raw: '', round: 0, perSecond: {}, othersShare: 0, spinMs: 15, fsyncMs: 1 };
  expect(bestSpin({ rounds: [], layers: [layer, { ...layer, spinMs: 40 }] })).toBe(15);
});
