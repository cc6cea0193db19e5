import type { Round } from '../measure.ts';
import { median, ratiosOf, summaryOf, sum } from '../statistics.ts';
import { goals } from './goals.ts';
import { markdown } from './markdown.ts';
import { layerRows } from './print.ts';
import { bestSpin, COMPARED, keep, OURS, type Results, SMALL } from './results.ts';
import { picture } from './svg.ts';

const whole = (n: number) => (Number.isFinite(n) ? Math.round(n).toLocaleString('en') : '-');

/** `docs/performance.md`: what was measured, how, and what a reader may conclude. */
export function page(results: Results): string {
  return [
    '# What an order costs',
    '',
    `Written by \`node tools/bench/src/write-page.ts FILE\` from a run of \`npm run bench -- --json FILE\`${results.quick ? ' --quick' : ''}: do not edit it.`,
    '',
    '![Orders confirmed each second, and how long they take](performance.svg)',
    '',
    ...compared(results),
    ...aims(results),
    ...loads(results),
    ...costs(results),
    ...layers(results),
    ...ablated(results),
    ...grown(results),
    ...warmed(results),
    ...method(results),
    '',
  ].join('\n');
}

const of = ({ rounds }: Results, system: string, load: string) =>
  rounds.filter((round) => round.system === system && round.load === load);
const systemsOf = ({ rounds }: Results) => [...new Set(rounds.map(({ system }) => system))];
const kept = (results: Results, system: string, load: string) => keep(of(results, system, load), bestSpin(results)).rounds;
const middle = (rounds: readonly Round[], value: (round: Round) => number) => median(rounds.map(value));

function compared(results: Results): string[] {
  const ours = of(results, OURS, COMPARED);
  const rows = systemsOf(results).map((system) => {
    const theirs = of(results, system, COMPARED);
    const rounds = kept(results, system, COMPARED);
    const { lowest, highest } = summaryOf(rounds.map(({ perSecond }) => perSecond));
    const ratio = median(
      ratiosOf(
        ours.map(({ perSecond }) => perSecond),
        theirs.map(({ perSecond }) => perSecond),
      ),
    );
    return [
      system,
      `${whole(middle(rounds, ({ perSecond }) => perSecond))} (${whole(lowest)} to ${whole(highest)})`,
      system === OURS ? '' : ratio.toFixed(1),
      whole(middle(rounds, ({ cpuUsPerOrder }) => sum(cpuUsPerOrder))),
      middle(rounds, ({ statementsPerOrder }) => sum(statementsPerOrder)).toFixed(1),
      middle(rounds, ({ commitsPerOrder }) => sum(commitsPerOrder)).toFixed(1),
    ];
  });
  return [
    '## Beside the usual design',
    '',
    `${COMPARED}: as many clients, each with one order at a time, until the order is confirmed. Processor time, statements and commits are those of everything that an order causes, its mail included.`,
    '',
    ...markdown(
      ['', 'orders/s (lowest to highest)', 'Waybill is so many times quicker', 'processor us', 'statements', 'commits'],
      rows,
    ),
    '',
    'The usual design and where each of its choices is seen: [usual-design](../tools/bench/src/usual-design/README.md).',
    '',
  ];
}

function aims(results: Results): string[] {
  const rows = goals(results).map(({ what, goal, measured, reached }) => [
    what,
    goal,
    measured,
    reached === undefined ? '' : reached ? 'yes' : 'no',
  ]);
  return [
    '## Goals beside figures',
    '',
    'For two processors with everything on them. A rate or a time depends on the machine; a ratio, a count of statements and of commits do not. Processor time lies between.',
    '',
    ...markdown(['', 'goal', 'measured', 'reached'], rows),
    '',
  ];
}

function loads(results: Results): string[] {
  const groups = [...Map.groupBy(results.rounds, ({ system, load }) => `${system}, ${load}`)];
  const rows = groups.map(([name, all]) => {
    const { rounds, disturbed } = keep(all, bestSpin(results));
    if (all.some(({ lost }) => lost > 0)) return [name, `${all.length}`, `${disturbed}`, 'lost orders: no figure', '', '', ''];
    const growing = all.some((round) => round.growing);
    const latency = (value: (round: Round) => number) => (growing ? 'growing' : whole(middle(rounds, value)));
    return [
      name,
      `${all.length}`,
      `${disturbed}`,
      whole(middle(rounds, ({ perSecond }) => perSecond)),
      latency(({ p50Ms }) => p50Ms),
      latency(({ p90Ms }) => p90Ms),
      latency(({ p99Ms }) => p99Ms),
    ];
  });
  return [
    '## Each load',
    '',
    '`N in flight` is a closed loop: a slow system gets fewer orders. `N/s` is an open loop: orders come when they are due, and a latency counts from then. `growing` means that ever more orders waited: such a latency would only say how long the run was.',
    '',
    ...markdown(['', 'rounds', 'disturbed', 'confirmed/s', 'p50 ms', 'p90 ms', 'p99 ms'], rows),
    '',
  ];
}

function costs(results: Results): string[] {
  const systems = systemsOf(results);
  const groups = Object.keys(kept(results, OURS, COMPARED)[0]?.cpuUsPerOrder ?? {});
  const rows = groups.map((group) => [
    group,
    ...systems.map((system) => whole(middle(kept(results, system, COMPARED), ({ cpuUsPerOrder }) => cpuUsPerOrder[group] ?? 0))),
  ]);
  return [
    '## Where the processor time of an order goes',
    '',
    `Microseconds for each order at ${COMPARED}, by group of processes. The generator is the bench itself: clients and the look at what is confirmed.`,
    '',
    ...markdown(['', ...systems], rows),
    '',
  ];
}

function layers(results: Results): string[] {
  if (results.layers.length === 0) return [];
  const rows = layerRows(results).map(({ layer, name, perSecond, ratio, lowest, highest }) => [
    name.trim(),
    `${whole(perSecond)} ${layer.unit}`,
    ratio === undefined ? '' : `${ratio.toFixed(2)} (${lowest!.toFixed(2)} to ${highest!.toFixed(2)})`,
  ]);
  return [
    '## Layer by layer',
    '',
    'Each layer runs the code of `libs/messaging`, beside the least that the same servers and clients could do (`raw`) in the same round. The ratio of a layer is that to its raw limit. `off` is the layer with one choice switched off, and its ratio is that to the layer.',
    '',
    ...markdown(['', 'a second', 'ratio (lowest to highest)'], rows),
    '',
  ];
}

/** Rounds of Waybill whole and of Waybill without one choice come in turns: a ratio is made within a turn. */
function ablated(results: Results): string[] {
  const { ablation } = results;
  const ours = ablation.filter(({ system }) => system === OURS);
  if (ours.length === 0) return [];
  const rows = [...Map.groupBy(ablation, ({ system }) => system)].map(([name, rounds]) => {
    const pairs = rounds.flatMap((round) => {
      const whole = ours.find((one) => one.round === round.round);
      return whole === undefined ? [] : [{ round, whole }];
    });
    const ratio = (value: (round: Round) => number) => median(pairs.map(({ round, whole }) => value(round) / value(whole)));
    const isOurs = name === OURS;
    return [
      isOurs ? 'nothing' : name,
      `${rounds.length}`,
      whole(middle(rounds, ({ perSecond }) => perSecond)),
      isOurs ? '' : ratio(({ perSecond }) => perSecond).toFixed(2),
      whole(middle(rounds, ({ cpuUsPerOrder }) => sum(cpuUsPerOrder))),
      isOurs ? '' : ratio(({ cpuUsPerOrder }) => sum(cpuUsPerOrder)).toFixed(2),
      middle(rounds, ({ statementsPerOrder }) => sum(statementsPerOrder)).toFixed(1),
      middle(rounds, ({ commitsPerOrder }) => sum(commitsPerOrder)).toFixed(1),
    ];
  });
  return [
    '## One choice switched off',
    '',
    `Whole journeys, ${COMPARED}, with fresh processes that were warmed up each time (\`WAYBILL_TUNING\`). Ratios are those to Waybill with nothing switched off, in the same turn: below 1 of the rate, and above 1 of the processor time, is what the choice brings. Choices that no setting switches off are measured layer by layer.`,
    '',
    ...markdown(['switched off', 'rounds', 'orders/s', 'ratio', 'processor us', 'ratio', 'statements', 'commits'], rows),
    '',
  ];
}

function grown(results: Results): string[] {
  if (results.growth.length === 0) return ['## Growth', '', GROWTH_BY_HAND, ''];
  const cost = ({ cpuUsPerOrder }: Round) => sum(cpuUsPerOrder);
  const statements = ({ statementsPerOrder }: Round) => sum(statementsPerOrder);
  const small = results.growth.filter(({ system }) => system === SMALL);
  const rows = results.growth
    .filter(({ system }) => system !== SMALL)
    .map((large) => {
      const beside = small.filter(({ round }) => round === large.round || round === large.round + 1);
      const before = middle(beside, cost);
      return [
        large.system,
        large.lost > 0 ? 'lost orders: no figure' : whole(cost(large)),
        whole(before),
        (cost(large) / before).toFixed(2),
        `${statements(large).toFixed(1)} (${middle(beside, statements).toFixed(1)})`,
        `${whole(large.perSecond)} (${whole(middle(beside, ({ perSecond }) => perSecond))})`,
      ];
    });
  return [
    '## Growth',
    '',
    `What an order costs while one thing is large, beside the same load just before and after that with nothing large: ${COMPARED}. The goal is a ratio of 1.25 at most. Rows are filled in by SQL, in the order service's database. The edge knows two replicas of each service; the others take messages and relay. Kafka's own call makes the partitions, because the contracts' number is fixed.`,
    '',
    GROWTH_BY_HAND,
    '',
    ...markdown(['large', 'processor us', 'small', 'ratio', 'statements (small)', 'orders/s (small)'], rows),
    '',
  ];
}

const GROWTH_BY_HAND =
  'It has a run for itself: `npm run bench -- --only growth --json GROWTH`, and this page is then made of both files.';

function warmed({ warmUps }: Results): string[] {
  if (warmUps.length === 0) return [];
  const rows = warmUps.map(({ system, windows, steady }) => [
    system,
    whole(windows.at(-1)?.orders ?? 0),
    windows.map(({ cpuUsPerOrder }) => whole(sum(cpuUsPerOrder))).join(', '),
    steady ? 'yes' : 'no',
  ]);
  return [
    '## Warm-up',
    '',
    'A fresh process interprets what it will have compiled later. So each system gets orders, 256 in flight, until it has had 3,000 (1,000 with `--quick`) and two windows of 2.5 s agree within 10 % on the processor time of an order; after 45 s (10) it is measured as it is. Both variants of the usual design are the same processes.',
    '',
    ...markdown(['', 'orders', 'processor us of an order, window by window', 'agreed in time'], rows),
    '',
  ];
}

function method(results: Results): string[] {
  const { at, processors, model, memoryGb, system, node } = results.machine;
  const all = [...results.rounds, ...results.layers, ...results.ablation, ...results.growth];
  const spin = summaryOf(all.map(({ spinMs }) => spinMs));
  const fsync = summaryOf(all.map(({ fsyncMs }) => fsyncMs));
  const others = summaryOf(all.map(({ othersShare }) => 100 * othersShare));
  const { disturbed } = keep(all, bestSpin(results));
  return [
    '## How it was measured',
    '',
    ...results.failures.map(({ part, reason }) => `- **Not measured**: ${part}, because it failed: ${reason}`),
    `- **Machine**: ${processors} processors (${model}), ${memoryGb} GB, ${system}, Node ${node}, at ${at.slice(0, 16).replace('T', ' ')} UTC. Everything ran on it: servers, services, provider, mail server and clients.`,
    `- **Calibration beside each round**: a fixed piece of computing took ${spin.lowest.toFixed(0)} to ${spin.highest.toFixed(0)} ms (middle ${spin.median.toFixed(0)}), an fsync of 4 kB ${fsync.lowest.toFixed(2)} to ${fsync.highest.toFixed(2)} ms (middle ${fsync.median.toFixed(2)}), and processes that are not ours used ${others.lowest.toFixed(0)} to ${others.highest.toFixed(0)} % of the processors.`,
    `- **Disturbed rounds**: ${disturbed} of ${all.length}. A round is disturbed when others used more than 8 % of the processors, or a spin took 1.3 times as long as the best one. It is dropped. Where more than half of the rounds of a row were disturbed, all of them count, and its figures say little.`,
    '- **Turns**: A B C, then C B A. Tables that grow weigh on all alike. Each figure is the median of its rounds; a ratio is made within a round.',
    '- **Honesty**: every order that was accepted has to be confirmed and mailed before the next round, or the round has no figure. A request that was refused or cut off is sent again with its Idempotency-Key, and its time counts.',
    '- **The watcher** asks PostgreSQL by primary key, and pauses nine times as long as its look took, 4 ms at least. Latencies are too long by up to that pause: 4 to 30 ms at low rates, more when much is under way. Its cost is in the figures.',
    '',
    '## What you may conclude',
    '',
    '- Ratios of one run hold on other machines of the kind. Rates do not: they are those of this machine, with everything on it.',
    '- Statements and commits of an order hold anywhere at the same load.',
    '- Nothing follows for a system whose database, brokers and services have a machine each, but that an order makes the same work there.',
  ];
}

/** `docs/performance.svg`: capacity, and the distribution of latencies at a rate that each design can do. */
export function image(results: Results): string {
  const systems = systemsOf(results);
  const capacity = systems.map((system) => {
    const value = middle(kept(results, system, COMPARED), ({ perSecond }) => perSecond);
    return { name: system, value, text: `${whole(value)} orders/s` };
  });
  const open = highestSustained(results);
  const curves = systems.map((system) => {
    const rounds = open === undefined ? [] : kept(results, system, open);
    const latenciesMs = (rounds[0]?.latenciesMs ?? []).map((_, place) =>
      median(rounds.map((round) => round.latenciesMs[place]!)),
    );
    return { name: system, latenciesMs };
  });
  return picture(
    { title: `Orders confirmed each second, ${COMPARED}`, bars: capacity },
    {
      title:
        open === undefined
          ? 'No rate that each of them sustains was measured'
          : `From POST to confirmed at ${open}: so many of the orders took no longer`,
      curves,
    },
  );
}

/** The highest rate at which every system was measured, and none had a growing backlog. */
function highestSustained(results: Results): string | undefined {
  const systems = systemsOf(results);
  const rates = [...new Set(results.rounds.map(({ load }) => load))].filter((load) => /^\d+\/s$/.test(load));
  const sustained = rates.filter((rate) =>
    systems.every((system) => of(results, system, rate).length > 0 && of(results, system, rate).every(({ growing }) => !growing)),
  );
  return sustained.toSorted((one, other) => parseInt(one) - parseInt(other)).at(-1);
}
