import { table } from '@waybill/kit';
import type { LayerRound } from '../layers/measure-layers.ts';
import type { Round } from '../measure.ts';
import { median, ratiosOf, summaryOf, sum } from '../statistics.ts';
import { bestSpin, keep, type Results } from './results.ts';

/** The rounds of each system and load as one row of medians. */
export function printRounds(of: readonly Round[], best: number): void {
  const head = ['', 'rounds', 'dropped', 'orders/s', 'p50 ms', 'p99 ms', 'us CPU', 'statements', 'commits'];
  const rows = [...Map.groupBy(of, ({ system, load }) => `${system}, ${load}`)].map(([name, all]) => {
    const { rounds, disturbed, despiteDisturbance } = keep(all, best);
    const dropped = despiteDisturbance ? `none of ${disturbed}` : disturbed;
    return [name, all.length, dropped, ...figuresOf(rounds)];
  });
  console.log(`\n${table([head, ...rows], '')}`);
}

function figuresOf(rounds: readonly Round[]): (string | number)[] {
  if (rounds.some(({ lost }) => lost > 0)) return ['lost orders: no figure'];
  const middle = (of: (round: Round) => number) => Math.round(median(rounds.map(of)));
  const growing = rounds.some((round) => round.growing);
  return [
    middle(({ perSecond }) => perSecond),
    ...(growing ? ['growing', ''] : [middle(({ p50Ms }) => p50Ms), middle(({ p99Ms }) => p99Ms)]),
    middle(({ cpuUsPerOrder }) => sum(cpuUsPerOrder)),
    median(rounds.map(({ statementsPerOrder }) => sum(statementsPerOrder))).toFixed(1),
    median(rounds.map(({ commitsPerOrder }) => sum(commitsPerOrder))).toFixed(1),
  ];
}

/** Each layer beside its raw limit, and each choice that was switched off beside the layer. */
export function printLayers(results: Results): void {
  const rows = layerRows(results).map(({ name, perSecond, ratio, lowest, highest, dropped }) => [
    name,
    dropped,
    Math.round(perSecond),
    ratio === undefined ? '' : ratio.toFixed(2),
    ratio === undefined ? '' : `${lowest!.toFixed(2)} to ${highest!.toFixed(2)}`,
  ]);
  console.log(`\n${table([['', 'dropped', 'a second', 'ratio', 'spread'], ...rows], '')}`);
}

interface LayerRow {
  readonly layer: LayerRound;
  readonly name: string;
  readonly perSecond: number;
  /** To the raw limit, for Waybill; to Waybill, for a choice that is off. */
  readonly ratio: number | undefined;
  readonly lowest: number | undefined;
  readonly highest: number | undefined;
  readonly dropped: number | string;
}

export function layerRows(results: Results): LayerRow[] {
  const best = bestSpin(results);
  return [...Map.groupBy(results.layers, ({ layer }) => layer)].flatMap(([name, all]) => {
    const { rounds, disturbed, despiteDisturbance } = keep(all, best);
    const of = (way: string) => rounds.map(({ perSecond }) => perSecond[way]!);
    return Object.keys(all[0]!.perSecond).map((way) => {
      const base = way === 'waybill' ? 'raw' : 'waybill';
      const summary = way === 'raw' ? undefined : summaryOf(ratiosOf(of(way), of(base)));
      return {
        layer: all[0]!,
        name: way === 'waybill' ? name : way === 'raw' ? `  raw: ${all[0]!.raw}` : `  off: ${way}`,
        perSecond: median(of(way)),
        ratio: summary?.median,
        lowest: summary?.lowest,
        highest: summary?.highest,
        dropped: despiteDisturbance ? `none of ${disturbed}` : disturbed,
      };
    });
  });
}
