import { expect, test } from '@jest/globals';
import { interleaved } from './interleaved.ts';

test('every second round goes backwards', () => {
  expect(interleaved(['A', 'B', 'C'], 3).map(({ thing }) => thing)).toEqual(['A', 'B', 'C', 'C', 'B', 'A', 'A', 'B', 'C']);
});

test('each thing is measured once in each round', () => {
  const rounds = Map.groupBy(interleaved(['A', 'B'], 4), ({ round }) => round);
  for (const [, measured] of rounds) expect(measured.map(({ thing }) => thing).toSorted()).toEqual(['A', 'B']);
  expect(rounds.size).toBe(4);
});
