import { closedLoop } from './generator/load.ts';
import { cpuBetween, type Cpu } from './machine/cpu.ts';
import { sum } from './statistics.ts';
import type { System } from './systems/system.ts';

/** One stretch of a system's warm-up. */
export interface Window {
  /** All orders that the system has had by its end. */
  readonly orders: number;
  readonly perSecond: number;
  readonly cpuUsPerOrder: Cpu;
}

/** What the cold system cost, on the way to what the warm one costs. */
export interface WarmUp {
  readonly system: string;
  readonly windows: readonly Window[];
  readonly steady: boolean;
  readonly lost: number;
}

export interface WarmUpRule {
  readonly inFlight: number;
  readonly windowMs: number;
  readonly leastOrders: number;
  /** Ends it, steady or not. */
  readonly atMostMs: number;
}

/** Of two windows in a row: how far apart their costs may be. On a busy machine one order costs 5 % more or less. */
const AGREE_WITHIN = 0.1;

/** Whether a system is warm: it has had that many orders, and the last two windows agree on what one costs. */
export function isSteady(windows: readonly Pick<Window, 'orders' | 'cpuUsPerOrder'>[], leastOrders: number): boolean {
  const [before, last] = windows.slice(-2);
  if (before === undefined || last === undefined || last.orders < leastOrders) return false;
  const costs = [sum(before.cpuUsPerOrder), sum(last.cpuUsPerOrder)];
  return Math.max(...costs) <= (1 + AGREE_WITHIN) * Math.min(...costs);
}

/**
 * Sends orders to a system until an order costs what the one before did: a fresh process interprets what it will have compiled
 * later. An order of Waybill cost 16,900 us of processor time among the first 300 and 6,900 after 3,000. Every system warms up by
 * this rule. It looks at processor time, which a busy machine changes less than a rate.
 */
export async function warmUp(
  system: System,
  { inFlight, windowMs, leastOrders, atMostMs }: WarmUpRule,
  drainMs: number,
  signal: AbortSignal,
): Promise<WarmUp> {
  const target = await system.ready();
  const until = performance.now() + atMostMs;
  const windows: Window[] = [];
  let [orders, lost, steady] = [0, 0, false];
  while (!steady && performance.now() < until) {
    const before = system.cpu();
    const load = await closedLoop(target, inFlight, { warmUpMs: 0, measureMs: windowMs, drainMs }, signal);
    const used = cpuBetween(before, system.cpu());
    orders += load.orders;
    lost += load.lost;
    const cpuUsPerOrder = Object.fromEntries(Object.entries(used).map(([name, ms]) => [name, (1_000 * ms) / load.orders]));
    windows.push({ orders, perSecond: load.confirmedPerSecond, cpuUsPerOrder });
    steady = isSteady(windows, leastOrders);
  }
  return { system: system.name, windows, steady, lost };
}
