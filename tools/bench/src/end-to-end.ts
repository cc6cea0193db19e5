import type { Report } from '@waybill/kit';
import { closedLoop, openLoop, type Target } from './generator/load.ts';
import { interleaved } from './interleaved.ts';
import { measure, type Round } from './measure.ts';
import { median } from './statistics.ts';
import type { Servers } from './systems/servers.ts';
import type { System } from './systems/system.ts';
import { usualDesigns } from './systems/usual.ts';
import { waybill } from './systems/waybill.ts';

interface Options {
  readonly quick: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** The clients of the comparison: enough for each design to be as quick as it can be. */
const COMPARED_IN_FLIGHT = 256;
const DRAIN_MS = 60_000;

const plan = (quick: boolean) => ({
  warmUpMs: quick ? 1_500 : 3_000,
  measureMs: quick ? 4_000 : 8_000,
  comparisons: quick ? 2 : 5,
  sweep: quick ? [64, 1024] : [16, 64, 512, 1024],
  sweeps: quick ? 1 : 3,
  open: quick ? [50, 100] : [10, 50, 100, 500],
  ofCapacity: quick ? [0.5] : [0.25, 0.5, 0.75, 0.9],
  opens: quick ? 1 : 3,
  usualOpen: quick ? [50] : [10, 50],
});

/** Waybill and both variants of the usual design, whole journeys. */
export async function endToEnd(servers: Servers, options: Options): Promise<Round[]> {
  const ends: (() => Promise<void>)[] = [];
  try {
    const ours = await waybill(servers);
    ends.push(ours.end);
    options.report('starting the usual design');
    const usual = await usualDesigns(servers);
    ends.push(usual.end);
    return await measureAll(ours, usual.systems, servers, options);
  } finally {
    for (const end of ends.toReversed()) await end().catch((error: Error) => options.report(error.message));
  }
}

async function measureAll(ours: System, usual: readonly System[], servers: Servers, options: Options): Promise<Round[]> {
  const { quick, report, signal } = options;
  const { warmUpMs, measureMs, ...times } = plan(quick);
  const rounds: Round[] = [];
  const closed = (inFlight: number) => ({
    name: `${inFlight} in flight`,
    run: (target: Target) => closedLoop(target, inFlight, { warmUpMs, measureMs, drainMs: DRAIN_MS }, signal),
  });
  const open = (perSecond: number, name = `${perSecond}/s`) => ({
    name,
    run: (target: Target) => openLoop(target, perSecond, { warmUpMs, measureMs, drainMs: DRAIN_MS }, signal),
  });
  const add = async (system: System, load: ReturnType<typeof closed>, round: number) => {
    signal.throwIfAborted();
    const measured = await measure(system, load, round, servers.folder);
    rounds.push(measured);
    report(told(measured));
  };

  for (const system of [ours, ...usual]) {
    report(`warming up: ${system.name}`);
    const times = { warmUpMs: 0, measureMs: quick ? 3_000 : 10_000, drainMs: DRAIN_MS };
    const { lost } = await closedLoop(await system.ready(), 64, times, signal);
    if (lost > 0) report(`${system.name} has lost ${lost} orders while it warmed up`);
  }
  for (const { round, thing } of interleaved([ours, ...usual], times.comparisons))
    await add(thing, closed(COMPARED_IN_FLIGHT), round);
  for (const { round, thing } of interleaved(times.sweep, times.sweeps)) await add(ours, closed(thing), round);
  // The usual design waits for its next poll most of the time: with more orders in flight it settles more of them.
  for (const { round, thing } of interleaved(usual, quick ? 0 : 2)) await add(thing, closed(1_024), round);

  const capacity = median(
    rounds.filter(({ system, load }) => system === ours.name && load === closed(COMPARED_IN_FLIGHT).name).map((r) => r.perSecond),
  );
  const shares = times.ofCapacity.map((share) => open(share * capacity, `${100 * share} % of capacity`));
  for (const { round, thing } of interleaved([...times.open.map((rate) => open(rate)), ...shares], times.opens))
    await add(ours, thing, round);
  for (const { round, thing } of interleaved(usual, quick ? 1 : 2))
    for (const rate of times.usualOpen) await add(thing, open(rate), round);
  return rounds;
}

function told({ system, load, perSecond, growing, lost, p50Ms, p99Ms, othersShare }: Round): string {
  const latency = growing ? 'a growing backlog' : `p50 ${Math.round(p50Ms)} ms, p99 ${Math.round(p99Ms)} ms`;
  const void_ = lost > 0 ? `, ${lost} LOST: no figure` : '';
  return `${system}, ${load}: ${perSecond.toFixed(1)}/s, ${latency}, others ${Math.round(100 * othersShare)} %${void_}`;
}
