import { expect, test } from '@jest/globals';
import type { Round } from '../measure.ts';
import { image, page } from './page.ts';
import type { Results } from './results.ts';

const roundOf = (system: string, load: string, perSecond: number, more: Partial<Round> = {}): Round => ({
  system,
  load,
  round: 0,
  orders: 1_000,
  lost: 0,
  perSecond,
  growing: false,
  p50Ms: 10,
  p90Ms: 20,
  p99Ms: 30,
  latenciesMs: [5, 10, 2_000],
  sentAgain: {},
  quietAfterMs: 0,
  cpuUsPerOrder: { postgres: 600, order: 400 },
  statementsPerOrder: { order: 4.5 },
  commitsPerOrder: { order: 0.75 },
  othersShare: 0.01,
  spinMs: 20,
  fsyncMs: 1,
  ...more,
});

const results: Results = {
  machine: { at: '2026-01-02T03:04:05.000Z', processors: 2, model: 'a processor', memoryGb: 8, system: 'Linux', node: 'v24' },
  quick: false,
  layers: [],
  rounds: [
    roundOf('Waybill', '256 in flight', 1_500),
    roundOf('usual, drain', '256 in flight', 100),
    roundOf('Waybill', '50/s', 50),
    roundOf('usual, drain', '50/s', 40, { growing: true }),
    roundOf('Waybill', '10/s', 10),
    roundOf('usual, drain', '10/s', 10),
    roundOf('Waybill', '512 in flight', 1_600, { lost: 1 }),
  ],
};

test('the usual design stands beside Waybill with the ratio of the same round', () => {
  expect(page(results)).toContain('| usual, drain | 100 (100 to 100) | 15.0 | 1,000 | 4.5 | 0.8 |');
});

test('a lost order takes the figure of its row away', () => {
  expect(page(results)).toContain('| Waybill, 512 in flight | 1 | 0 | lost orders: no figure |');
});

test('a growing backlog has no latency', () => {
  expect(page(results)).toContain('| usual, drain, 50/s | 1 | 0 | 40 | growing | growing | growing |');
});

test('the picture shows latencies at the highest rate that every design sustains', () => {
  expect(image(results)).toContain('From POST to confirmed at 10/s');
  expect(image(results).match(/<polyline/g)).toHaveLength(2);
});

test('the page tells how calm the machine was', () => {
  expect(page(results)).toContain('**Disturbed rounds**: 0 of 7');
  expect(page({ ...results, rounds: results.rounds.map((round) => ({ ...round, othersShare: 0.5 })) })).toContain(
    '**Disturbed rounds**: 7 of 7',
  );
});
