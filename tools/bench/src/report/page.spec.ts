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
  warmUps: [
    { system: 'Waybill', windows: [{ orders: 500, perSecond: 80, cpuUsPerOrder: { order: 9_000 } }], steady: false, lost: 0 },
  ],
  layers: [],
  ablation: [
    roundOf('Waybill', '256 in flight', 1_000, { round: 0 }),
    roundOf('no prefetch', '256 in flight', 500, { round: 0, cpuUsPerOrder: { order: 1_500 } }),
    roundOf('no prefetch', '256 in flight', 400, { round: 1 }),
  ],
  growth: [
    roundOf('small', '256 in flight', 1_000, { round: 0, cpuUsPerOrder: { order: 900 } }),
    roundOf('1 M rows', '256 in flight', 800, { round: 0, cpuUsPerOrder: { order: 1_200 } }),
    roundOf('small', '256 in flight', 1_000, { round: 1, cpuUsPerOrder: { order: 1_100 } }),
    roundOf('2 M rows', '256 in flight', 800, { round: 1, cpuUsPerOrder: { order: 1_650 } }),
  ],
  failures: [],
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
  expect(page(results)).toContain('**Disturbed rounds**: 0 of 14');
  expect(page({ ...results, rounds: results.rounds.map((round) => ({ ...round, othersShare: 0.5 })) })).toContain(
    '**Disturbed rounds**: 7 of 14',
  );
});

test('a choice that is off stands beside Waybill of the same turn; a turn without Waybill has no ratio', () => {
  expect(page(results)).toContain('| no prefetch | 2 | 450 | 0.50 | 1,250 | 1.50 | 4.5 | 0.8 |');
});

test('what is large stands beside the small case of just before and after it', () => {
  expect(page(results)).toContain('| 1 M rows | 1,200 | 1,000 | 1.20 |');
  expect(page(results)).toContain('| 2 M rows | 1,650 | 1,100 | 1.50 |');
});

test('a goal stands beside its figure, and one that was not measured says so', () => {
  expect(page(results)).toContain('| confirmed orders/s | at least 1,200 | 1,500 | yes |');
  expect(page(results)).toContain('| statements of an order, 1 in flight | at most 30 | - |  |');
});

test('a part that failed is named on the page', () => {
  expect(page({ ...results, failures: [{ part: 'layers', reason: 'no broker' }] })).toContain(
    '- **Not measured**: layers, because it failed: no broker',
  );
});
