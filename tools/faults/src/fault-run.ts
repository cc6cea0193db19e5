import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { instanceOf } from '@waybill/stack';
import { auditWhenQuiet, placeOrders, readEvidence, readRecords, setFaults, type RunningStack } from '@waybill/demo';
import { crashedSince, readCrashes } from './crashes.ts';
import { emptiness } from './emptiness.ts';
import { readFigures, since } from './figures.ts';
import { quoted, readLogs } from './quoted.ts';
import type { Fault, FaultRun, LoadedSystem, RunResult } from './types.ts';
import { sendTraffic } from './traffic.ts';
import { ordersInFlight, soon } from './in-flight.ts';

export interface Plan {
  readonly stack: RunningStack;
  readonly instance: string;
  readonly orders: number;
  readonly perSecond: number;
  readonly rounds: number;
  readonly kills: number;
  readonly signal: AbortSignal;
}

/**
 * What is under way after a fault is retried within 15 s, a lease of a dead worker ends within 12 s, and all of it took 20 s at most
 * on a quiet machine. An order that is lost stays lost.
 */
const GRACE_MS = 180_000;

/** Sends orders, breaks the system meanwhile, waits until it is quiet, and audits everything. */
export async function faultRun(run: FaultRun, plan: Plan): Promise<RunResult> {
  const { stack, instance, signal } = plan;
  const name = `${run.name}-${randomBytes(3).toString('hex')}`;
  const count = run.orders?.count ?? plan.orders;
  const before = await readFigures(instance);
  const crashesBefore = await readCrashes(instance);
  const faults: Fault[] = [];
  const missed: string[] = [];
  let accepted = 0;
  let breaking = true;
  const system: LoadedSystem = {
    stack,
    instance,
    rounds: plan.rounds,
    kills: plan.kills,
    untilAccepted: async (share) => {
      while (accepted < share * count) await delay(10, undefined, { signal });
    },
    cameTwice: async () => {
      const { duplicates, redelivered } = since(before, await readFigures(instance));
      return duplicates + redelivered;
    },
    fault: async (what, work) => {
      // Between two orders there is nothing to hit: the next one is waited for.
      const now = async () => (await ordersInFlight(stack)) || undefined;
      const inFlight = run.orders ? await ordersInFlight(stack) : await soon('an order in flight', now);
      faults.push({ what, inFlight });
      await work();
    },
    problem: (what) => void missed.push(what),
  };
  const orders = () =>
    placeOrders(stack, {
      run: name,
      count,
      // Orders come as long as something is being broken.
      goOn: () => breaking && !run.noMoreOrders,
      inFlight: 64,
      perSecond: plan.perSecond,
      ...(run.orders && { request: run.orders.request }),
      signal,
      accepted: () => (accepted += 1),
    });
  const traffic = (through: string) =>
    sendTraffic({
      stack,
      run: `${name}-${through}`,
      through,
      perSecond: plan.perSecond,
      keepAlive: !run.newConnections,
      goOn: () => breaking,
      signal,
    });
  const [sent] = await Promise.all([
    run.through ? Promise.all(run.through.map(traffic)) : orders().then(() => []),
    run.break(system).finally(() => (breaking = false)),
  ]);
  const quietFrom = Date.now();
  await setFaults(stack, {});
  const { evidence, violations } = await auditWhenQuiet(() => soon('the databases', () => readEvidence(stack)), {
    graceMs: GRACE_MS,
    signal,
  });
  const settledS = (Date.now() - quietFrom) / 1_000;
  const figures = since(before, await readFigures(instance));
  const records = readRecords(stack.clientLedger).filter(({ customerId }) => customerId.startsWith(`${name}-`));
  const placed = evidence.orders.filter(({ customerId }) => customerId.startsWith(`${name}-`));
  const ids = new Set(placed.map(({ id }) => id));
  const result = {
    name: run.name,
    orders: placed.length,
    traffic: sent,
    payments: counts(evidence.payments.filter(({ orderId }) => ids.has(orderId)).map(({ status }) => status)),
    repeated: counts(records.flatMap(({ repeated }) => repeated)),
    faults,
    settledS,
    ...figures,
  };
  const failures = sent.flatMap((each) => each.failures.map((failure) => `through ${each.through}: ${failure}`));
  const crashes = crashedSince(crashesBefore, await readCrashes(instance));
  const evidenceOfParked = Object.fromEntries(
    evidence.parked.map(({ service, type, key, lastError }) => [`${type} ${key} in ${service}`, lastError ?? '']),
  );
  const quotes = quoted({ ...readLogs(instanceOf(instance).paths.logs), ...evidenceOfParked }, name);
  return { ...result, problems: [...missed, ...failures, ...violations, ...crashes, ...quotes, ...emptiness(run, result)] };
}

const counts = (words: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, times]) => [word, times.length]));
