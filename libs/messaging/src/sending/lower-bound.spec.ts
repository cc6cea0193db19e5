import { expect, test } from '@jest/globals';
import { LowerBound } from './lower-bound.js';

test('the bound follows the first row, two claims behind, while no transaction is under way', () => {
  const bound = new LowerBound();
  bound.readFromTheStart('10', { xmin: '100', xmax: '100' });
  expect(bound.id).toBe('0');
  bound.readFromTheStart('20', { xmin: '101', xmax: '101' });
  bound.readFromTheStart('30', { xmin: '102', xmax: '102' });
  expect(bound.id).toBe('20');
});

test('a transaction that has begun before a row was read holds the bound until it has ended, and its row was read', () => {
  const bound = new LowerBound();
  for (const first of ['10', '20', '30', '40']) bound.readFromTheStart(first, { xmin: '100', xmax: '105' });
  expect(bound.id).toBe('0');
  bound.readFromTheStart('5', { xmin: '106', xmax: '106' });
  expect(bound.id).toBe('0');
  bound.readFromTheStart('5', { xmin: '106', xmax: '106' });
  expect(Number(bound.id)).toBeLessThanOrEqual(5);
});

test('a row that appears below the bound takes it down', () => {
  const bound = new LowerBound();
  for (const first of ['10', '20', '30', '40']) bound.readFromTheStart(first, { xmin: '100', xmax: '100' });
  expect(bound.id).toBe('30');
  bound.readFromTheStart('7', { xmin: '100', xmax: '100' });
  expect(bound.id).toBe('7');
});
