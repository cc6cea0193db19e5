import type { Report } from '@waybill/kit';
import { closedLoop, openLoop, type Target } from './generator/load.ts';
import { interleaved } from './interleaved.ts';
import { measure, type Round } from './measure.ts';
import { COMPARED_IN_FLIGHT, OURS, type Collected } from './report/results.ts';
import { median, sum } from './statistics.ts';
import type { Servers } from './systems/servers.ts';
import type { System } from './systems/system.ts';
import { usualDesigns } from './systems/usual.ts';
import { waybill } from './systems/waybill.ts';
import { warmUp, type WarmUp, type WarmUpRule } from './warm-up.ts';

interface Options {
  readonly quick: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Where each round goes as soon as it is measured. */
  readonly collected: Collected;
}

export const DRAIN_MS = 60_000;

/** For every system that is measured. Those of `--quick` are colder, and less is to be concluded from them. */
export const warmUpRule = (quick: boolean): WarmUpRule => ({
  inFlight: COMPARED_IN_FLIGHT,
  windowMs: 2_500,
  leastOrders: quick ? 1_000 : 3_000,
  atMostMs: quick ? 10_000 : 45_000,
});

const plan = (quick: boolean) => ({
  warmUpMs: quick ? 1_000 : 2_000,
  measureMs: quick ? 3_000 : 6_000,
  comparisons: quick ? 2 : 5,
  sweep: quick ? [1, 64, 1024] : [1, 16, 64, 512, 1024],
  sweeps: quick ? 1 : 2,
  open: quick ? [10, 50, 100] : [10, 50, 100, 500],
  /** Ten orders a second make few latencies in a short time. */
  openMs: quick ? 4_000 : 10_000,
  ofCapacity: quick ? [0.5] : [0.25, 0.5, 0.75, 0.9],
  opens: quick ? 1 : 2,
  usualOpen: quick ? [10] : [10, 50],
  usualOpens: quick ? 1 : 2,
  usualMany: quick ? 0 : 1,
});

/** Waybill and both variants of the usual design, whole journeys. */
export async function endToEnd(servers: Servers, options: Options): Promise<void> {
  const ends: (() => Promise<void>)[] = [];
  try {
    const ours = await waybill(servers);
    ends.push(ours.end);
    options.report('starting the usual design');
    const usual = await usualDesigns(servers);
    ends.push(usual.end);
    await measureAll(ours, usual.systems, servers, options);
  } finally {
    for (const end of ends.toReversed()) await end().catch((error: Error) => options.report(error.message));
  }
}

async function measureAll(ours: System, usual: readonly System[], servers: Servers, options: Options): Promise<void> {
  const { quick, report, signal, collected } = options;
  const { warmUpMs, measureMs, openMs, ...times } = plan(quick);
  const closed = (inFlight: number) => ({
    name: `${inFlight} in flight`,
    run: (target: Target) => closedLoop(target, inFlight, { warmUpMs, measureMs, drainMs: DRAIN_MS }, signal),
  });
  const open = (perSecond: number, name = `${perSecond}/s`) => ({
    name,
    run: (target: Target) => openLoop(target, perSecond, { warmUpMs, measureMs: openMs, drainMs: DRAIN_MS }, signal),
  });
  const add = async (system: System, load: ReturnType<typeof closed>, round: number) => {
    signal.throwIfAborted();
    const measured = await measure(system, load, round, servers.folder);
    collected.rounds.push(measured);
    report(told(measured));
  };

  for (const system of [ours, ...usual]) collected.warmUps.push(await warmedUp(system, options));
  for (const { round, thing } of interleaved([ours, ...usual], times.comparisons))
    await add(thing, closed(COMPARED_IN_FLIGHT), round);
  for (const { round, thing } of interleaved(times.sweep, times.sweeps)) await add(ours, closed(thing), round);

  const capacity = median(
    collected.rounds
      .filter(({ system, load }) => system === OURS && load === closed(COMPARED_IN_FLIGHT).name)
      .map((r) => r.perSecond),
  );
  const shares = times.ofCapacity.map((share) => open(share * capacity, `${100 * share} % of capacity`));
  for (const { round, thing } of interleaved([...times.open.map((rate) => open(rate)), ...shares], times.opens))
    await add(ours, thing, round);
  for (const { round, thing } of interleaved(usual, times.usualOpens))
    for (const rate of times.usualOpen) await add(thing, open(rate), round);
  // The usual design waits for its next poll most of the time: with more orders in flight it settles more of them.
  for (const { round, thing } of interleaved(usual, times.usualMany)) await add(thing, closed(1_024), round);
}

/** Warms a system up, and tells how. */
export async function warmedUp(
  system: System,
  { quick, report, signal }: Pick<Options, 'quick' | 'report' | 'signal'>,
): Promise<WarmUp> {
  const warmed = await warmUp(system, warmUpRule(quick), DRAIN_MS, signal);
  const us = warmed.windows.map(({ cpuUsPerOrder }) => Math.round(sum(cpuUsPerOrder)));
  const end = warmed.steady ? 'steady' : 'not steady yet';
  report(
    `warmed up: ${system.name}, ${warmed.windows.at(-1)!.orders} orders, us of processor time for each: ${us.join(', ')}, ${end}`,
  );
  if (warmed.lost > 0) report(`${system.name} has lost ${warmed.lost} orders while it warmed up`);
  return warmed;
}

export function told({ system, load, perSecond, growing, lost, p50Ms, p99Ms, othersShare }: Round): string {
  const latency = growing ? 'a growing backlog' : `p50 ${Math.round(p50Ms)} ms, p99 ${Math.round(p99Ms)} ms`;
  const void_ = lost > 0 ? `, ${lost} LOST: no figure` : '';
  return `${system}, ${load}: ${perSecond.toFixed(1)}/s, ${latency}, others ${Math.round(100 * othersShare)} %${void_}`;
}
