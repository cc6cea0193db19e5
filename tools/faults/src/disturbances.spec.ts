import { describe, expect, it } from '@jest/globals';
import { disturbances, isOfThePause } from './disturbances.ts';
import { runs } from './runs.ts';

const named = (name: string) => runs.find((run) => run.name === name)!;
const nothing = { repeated: {}, duplicates: 0, traffic: [] };

it('a clean stop after which something comes twice is a problem', () => {
  expect(disturbances(named('restart-replicas'), { ...nothing, duplicates: 2 })).toEqual([
    '2 messages came twice after a clean stop',
  ]);
});

it('a request that had to be sent again says why, where each should have been accepted', () => {
  const repeated = { '503: The database cannot take this.': 2, '409: Another request works on it.': 1 };
  expect(disturbances(named('restart-replicas'), { ...nothing, repeated })).toEqual([
    '2 requests had to be sent again, where each should have been accepted: 503: The database cannot take this.',
  ]);
  expect(disturbances(named('kill-kafka'), { ...nothing, repeated, duplicates: 2 })).toEqual([]);
});

describe('a pause of the machine', () => {
  const paused = { problems: ['refused', 'came twice'], disturbed: 2, stoodStillS: 6 };

  it('explains a run whose requests were refused, or whose messages came again', () => {
    expect(isOfThePause(paused)).toBe(true);
    expect(isOfThePause({ ...paused, stoodStillS: 0.4 })).toBe(false);
    expect(isOfThePause({ problems: [], disturbed: 0, stoodStillS: 6 })).toBe(false);
  });

  it('explains no order that is lost', () => {
    expect(isOfThePause({ ...paused, problems: [...paused.problems, 'an order is lost'] })).toBe(false);
  });
});
