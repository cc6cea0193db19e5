import { expect, test } from '@jest/globals';
import { bestSpin, joined, keep, nothingYet } from './results.ts';

const machine = { at: '', processors: 2, model: '', memoryGb: 8, system: '', node: '' };
const nothing = nothingYet(machine, false);
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
  expect(bestSpin({ ...nothing, layers: [layer, { ...layer, spinMs: 40 }] })).toBe(15);
});

test('a part that the first run lacks comes from the next one', () => {
  const layer = { layer: 'relay', unit: 'rows', raw: '', round: 0, perSecond: {}, othersShare: 0, spinMs: 15, fsyncMs: 1 };
  const failures = [{ part: 'growth', reason: 'no disk' }];
  const both = joined([
    { ...nothing, failures },
    { ...nothing, layers: [layer] },
  ]);
  expect(both).toEqual({ ...nothing, layers: [layer], failures });
});
