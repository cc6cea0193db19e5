import type { Round } from '../measure.ts';
import { median, ratiosOf, sum } from '../statistics.ts';
import { layerRows } from './print.ts';
import { bestSpin, COMPARED, keep, OURS, type Results } from './results.ts';

/** What Waybill is to reach, beside what this run has measured. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  /** Undefined: not measured. */
  readonly reached: boolean | undefined;
}

const whole = (n: number) => Math.round(n).toLocaleString('en');
const tenth = (n: number) => n.toFixed(1);
const hundredth = (n: number) => n.toFixed(2);

export function goals(results: Results): Goal[] {
  const rounds = (load: string, system = OURS): readonly Round[] => {
    const all = results.rounds.filter((round) => round.system === system && round.load === load);
    return all.some(({ lost }) => lost > 0) ? [] : keep(all, bestSpin(results)).rounds;
  };
  const middle = (load: string, of: (round: Round) => number) => median(rounds(load).map(of));
  const statements = ({ statementsPerOrder }: Round) => sum(statementsPerOrder);
  const withoutAround = ({ cpuUsPerOrder: { 'outside-world': _, generator: __, ...rest } }: Round) => sum(rest);
  return [
    atLeast(
      'confirmed orders/s',
      1_200,
      middle(COMPARED, ({ perSecond }) => perSecond),
      whole,
    ),
    atLeast('times as many as the quicker usual design', 10, timesQuicker(results), tenth),
    ...(
      [
        ['256', 6],
        ['64', 12],
        ['1', 30],
      ] as const
    ).map(([inFlight, most]) =>
      atMost(`statements of an order, ${inFlight} in flight`, most, middle(`${inFlight} in flight`, statements), tenth),
    ),
    atMost(
      'transactions of an order',
      1,
      middle(COMPARED, ({ commitsPerOrder }) => sum(commitsPerOrder)),
      tenth,
    ),
    atMost(
      'processor us of an order, all of it',
      1_600,
      middle(COMPARED, ({ cpuUsPerOrder }) => sum(cpuUsPerOrder)),
      whole,
    ),
    atMost('processor us of an order, without outside world and generator', 1_200, middle(COMPARED, withoutAround), whole),
    ...(
      [
        ['10', 12, 25],
        ['100', 30, 80],
        ['500', 60, 200],
      ] as const
    ).flatMap(([rate, p50, p99]) => {
      const load = `${rate}/s`;
      const grows = rounds(load).some(({ growing }) => growing);
      const latency = (share: string, most: number, of: (round: Round) => number): Goal => {
        const what = `${share} ms from POST to confirmed, ${rate} orders a second`;
        return grows
          ? { what, goal: `at most ${most}`, measured: 'a growing backlog', reached: false }
          : atMost(what, most, middle(load, of), whole);
      };
      return [latency('p50', p50, ({ p50Ms }) => p50Ms), latency('p99', p99, ({ p99Ms }) => p99Ms)];
    }),
    ...(
      [
        ['relay', 0.25],
        ['publish, RabbitMQ', 0.85],
        ['publish, Kafka', 0.85],
        ['consume', 0.6],
      ] as const
    ).map(([layer, least]) => atLeast(`${layer}, over its raw limit`, least, layerRatio(results, layer), hundredth)),
  ];
}

const atLeast = (what: string, goal: number, measured: number, shown: (n: number) => string): Goal =>
  compared(what, `at least ${goal.toLocaleString('en')}`, measured, measured >= goal, shown);
const atMost = (what: string, goal: number, measured: number, shown: (n: number) => string): Goal =>
  compared(what, `at most ${goal.toLocaleString('en')}`, measured, measured <= goal, shown);

const compared = (what: string, goal: string, measured: number, reached: boolean, shown: (n: number) => string): Goal =>
  Number.isFinite(measured)
    ? { what, goal, measured: shown(measured), reached }
    : { what, goal, measured: '-', reached: undefined };

/** Of pairs from the same round, beside the variant that is quicker. */
function timesQuicker({ rounds }: Results): number {
  const rates = (of: string) => rounds.filter(({ system, load }) => system === of && load === COMPARED).map((r) => r.perSecond);
  const others = [...new Set(rounds.map(({ system }) => system))].filter((system) => system !== OURS && rates(system).length > 0);
  return Math.min(...others.map((other) => median(ratiosOf(rates(OURS), rates(other)))));
}

const layerRatio = (results: Results, layer: string): number =>
  layerRows(results).find(({ name }) => name === layer)?.ratio ?? NaN;
