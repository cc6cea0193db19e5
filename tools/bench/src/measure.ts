import { calibrate, Machine, type Calibration } from './machine/calibration.ts';
import { cpuBetween, type Cpu } from './machine/cpu.ts';
import type { Load, Target } from './generator/load.ts';
import type { SentAgain } from './generator/place-order.ts';
import { percentile } from './statistics.ts';
import type { System } from './systems/system.ts';

/** One system under one load, once. */
export interface Round extends Calibration {
  readonly system: string;
  readonly load: string;
  readonly round: number;
  readonly orders: number;
  readonly lost: number;
  readonly perSecond: number;
  readonly growing: boolean;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  /** 100 of them, evenly spread over the order of all: enough for a picture. */
  readonly latenciesMs: readonly number[];
  readonly sentAgain: SentAgain;
  /** Milliseconds after the last confirmation until everything was published and mailed. */
  readonly quietAfterMs: number;
  /** Of all that its orders came to, the mails included. Microseconds for each order. */
  readonly cpuUsPerOrder: Cpu;
  readonly statementsPerOrder: Readonly<Record<string, number>>;
  readonly commitsPerOrder: Readonly<Record<string, number>>;
  readonly othersShare: number;
}

/** Sends a load to a system and notes all that it came to. The system is quiet before and after. */
export async function measure(
  system: System,
  load: { readonly name: string; readonly run: (target: Target) => Promise<Load> },
  round: number,
  folder: string,
): Promise<Round> {
  const target = await system.ready();
  await system.quiet();
  const calibration = calibrate(folder);
  const [statements, cpu, machine] = [await system.statements(), system.cpu(), new Machine()];
  const result = await load.run(target);
  const confirmed = performance.now();
  const lost = result.lost + (await system.quiet());
  const quietAfterMs = performance.now() - confirmed;
  const used = cpuBetween(cpu, system.cpu());
  const othersShare = machine.othersShare(Object.values(used).reduce((sum, ms) => sum + ms, 0));
  const after = await system.statements();
  const perOrder = (of: 'all' | 'commits') =>
    Object.fromEntries(
      Object.entries(after).map(([service, counts]) => [service, (counts[of] - statements[service]![of]) / result.orders]),
    );
  const sorted = result.latenciesMs.toSorted((a, b) => a - b);
  return {
    system: system.name,
    load: load.name,
    round,
    orders: result.orders,
    lost,
    perSecond: result.confirmedPerSecond,
    growing: result.growing,
    p50Ms: percentile(sorted, 0.5),
    p90Ms: percentile(sorted, 0.9),
    p99Ms: percentile(sorted, 0.99),
    latenciesMs: Array.from({ length: 100 }, (_, index) => Math.round(10 * percentile(sorted, (index + 0.5) / 100)) / 10),
    sentAgain: result.sentAgain,
    quietAfterMs,
    cpuUsPerOrder: Object.fromEntries(Object.entries(used).map(([name, ms]) => [name, (1_000 * ms) / result.orders])),
    statementsPerOrder: perOrder('all'),
    commitsPerOrder: perOrder('commits'),
    othersShare,
    ...calibration,
  };
}
