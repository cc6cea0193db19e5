import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { watchPauses } from '@waybill/kit';
import { signIn } from '@waybill/sign-in';
import { instanceOf, readConnections } from '@waybill/stack';
import {
  auditWhenQuiet,
  damageOf,
  type Finding,
  placeOrders,
  readEvidence,
  readRecords,
  setFaults,
  type RunningStack,
  unanswered,
} from '@waybill/demo';
import { crashedSince, readCrashes } from './crashes.ts';
import { disturbances, hasFailed, unansweredOf } from './disturbances.ts';
import { emptiness } from './emptiness.ts';
import { readFigures, readMetrics, since } from './figures.ts';
import { quoted, readLogs } from './quoted.ts';
import type { Fault, FaultRun, LoadedSystem, RunResult } from './types.ts';
import { sendTraffic } from './traffic.ts';
import { tokensOfEveryAge } from './tokens.ts';
import { ordersInFlight, soon } from './in-flight.ts';

export interface Plan {
  readonly stack: RunningStack;
  readonly instance: string;
  readonly orders: number;
  readonly perSecond: number;
  readonly rounds: number;
  readonly kills: number;
  readonly outageMs: number;
  /**
   * For what is under way in the end. After a fault it is retried within 15 s, a lease of a dead worker ends within 12 s, and all of it
   * took 20 s at most on a quiet machine. An order that is lost stays lost.
   */
  readonly graceMs: number;
  readonly signal: AbortSignal;
}

/** A customer waits for as long as a fault and what follows it may take, less where the damage is known beforehand. */
const LONGEST_FAULT_MS = 120_000;

/** Of the three hundred seconds for which one is good: sixty are in use at a time. */
const NEW_TOKEN_EVERY_MS = 5_000;

/** Sends orders, breaks the system meanwhile, waits until it is quiet, and audits everything. */
export async function faultRun(run: FaultRun, plan: Plan): Promise<RunResult> {
  const { stack, instance, signal } = plan;
  const name = `${run.name}-${randomBytes(3).toString('hex')}`;
  const count = run.orders?.count ?? plan.orders;
  const before = await readFigures(instance);
  const crashesBefore = await readCrashes(instance);
  const faults: Fault[] = [];
  const missed: string[] = [];
  const seen: Finding[] = [];
  let accepted = 0;
  let breaking = true;
  const longestPauseS = watchPauses();
  const system: LoadedSystem = {
    stack,
    instance,
    rounds: plan.rounds,
    kills: plan.kills,
    outageMs: plan.outageMs,
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
    harm: (finding) => void seen.push(finding),
  };
  const orders = () =>
    placeOrders(stack, {
      run: name,
      count,
      // Orders come as long as something is being broken.
      goOn: () => breaking && !run.noMoreOrders,
      inFlight: 64,
      perSecond: plan.perSecond,
      patienceMs: LONGEST_FAULT_MS + plan.graceMs,
      ...(run.orders && { request: run.orders.request }),
      signal,
      accepted: () => (accepted += 1),
    });
  const token = run.everyToken
    ? tokensOfEveryAge(() => signIn(readConnections(instance).identity, 'machine'), NEW_TOKEN_EVERY_MS)
    : stack.token;
  const traffic = (through: string) =>
    sendTraffic({
      stack,
      run: `${name}-${through}`,
      through,
      perSecond: plan.perSecond,
      token,
      keepAlive: !run.newConnections,
      goOn: () => breaking,
      signal,
    });
  const [sent] = await Promise.all([
    run.through ? Promise.all(run.through.map(traffic)) : orders().then(() => []),
    run.break(system).finally(() => (breaking = false)),
  ]);
  const stoodStillS = longestPauseS();
  const quietFrom = Date.now();
  await setFaults(stack, {});
  const { evidence, violations } = await auditWhenQuiet(() => soon('the databases', () => readEvidence(stack)), {
    graceMs: plan.graceMs,
    signal,
  });
  const settledS = (Date.now() - quietFrom) / 1_000;
  const figures = since(before, await readFigures(instance));
  const records = readRecords(stack.clientLedger).filter(({ customerId }) => customerId.startsWith(`${name}-`));
  const placed = evidence.orders.filter(({ customerId }) => customerId.startsWith(`${name}-`));
  const ids = new Set(placed.map(({ id }) => id));
  const atLaterTries = records.filter(({ failure, repeated }) => !failure && repeated.some(hasFailed));
  const harm = [
    ...seen,
    // Each is a customer who got no answer, be the sentence the same.
    ...unansweredOf(sent).map((failure, n) => unanswered(`Request ${n}: ${failure}`)),
    ...(run.everyRequestAccepted ? atLaterTries : []).map(({ key }) =>
      unanswered(`The request with key ${key} failed at its first try.`),
    ),
  ];
  const result = {
    name: run.name,
    orders: placed.length,
    traffic: sent,
    payments: counts(evidence.payments.filter(({ orderId }) => ids.has(orderId)).map(({ status }) => status)),
    repeated: counts(records.flatMap(({ repeated }) => repeated)),
    faults,
    settledS,
    stoodStillS,
    damage: damageOf(evidence, violations, harm),
    ...figures,
  };
  const crashes = crashedSince(crashesBefore, await readCrashes(instance));
  const evidenceOfParked = Object.fromEntries(
    evidence.parked.map(({ service, type, key, lastError }) => [`${type} ${key} in ${service}`, lastError ?? '']),
  );
  const metrics = Object.fromEntries(
    Object.entries(await readMetrics(instance)).map(([process, text]) => [`the metrics of ${process}`, text]),
  );
  if (Object.keys(metrics).length === 0) missed.push('no process has shown its metrics');
  const quotes = quoted({ ...readLogs(instanceOf(instance).paths.logs), ...metrics, ...evidenceOfParked }, name);
  const disturbed = disturbances(run, result);
  return {
    ...result,
    problems: [
      ...missed,
      ...seen.map(({ sentence }) => sentence),
      ...disturbed,
      ...violations,
      ...crashes,
      ...quotes,
      ...emptiness(run, result),
    ],
    disturbed: disturbed.length,
  };
}

const counts = (words: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, times]) => [word, times.length]));
