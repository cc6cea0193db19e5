import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '@waybill/kit';
import { memoryOf } from '@waybill/stack';
import { cpuOf } from '../machine/cpu.ts';
import { percentile } from '../statistics.ts';
import { type Answer, type Asked, askedAtPace, idle, inFlight, once200, single, slow } from './clients.ts';
import type { Replicas } from './replicas.ts';

const FAST: Asked = { method: 'GET', path: '/api/orders/fast' };
const GET: Asked = { method: 'GET', path: '/api/products' };
const KEYED: Asked = { method: 'POST', path: '/api/orders', headers: { 'idempotency-key': 'compare' } };
const KEYLESS: Asked = { method: 'POST', path: '/api/orders' };

const IN_FLIGHT = 64;
const MEASURED_FOR_MS = 6_000;
const PER_SECOND = 200;
const BEFORE_MS = 1_500;
const AWAY_FOR_MS = 3_000;
const AFTER_MS = 3_000;
const HUNG_FOR_MS = 8_000;
const IDLE_CLIENTS = 2_000;
const SLOW_CLIENTS = 500;

/** Requests of which each was sent once, while something was broken. */
export interface Broken {
  readonly sent: number;
  readonly failed: number;
  readonly slowestMs: number;
  readonly twice: number;
}

/** What there is of a replica without a balancer, too. */
export interface Rates {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One balancer's figures. */
export interface Compared extends Rates {
  readonly name: string;
  readonly cpuUs: number;
  readonly killedGet: Broken;
  readonly killedKeyed: Broken;
  readonly killedKeyless: Broken;
  readonly hung: Broken;
  readonly restarted: Broken;
  readonly idleAnswered: number;
  readonly idleKb: number;
  readonly memoryMb: number;
  readonly slowEndedAfterMs: number;
  readonly slowP99Ms: number;
  readonly away: Answer;
}

const isFailed = ({ status }: Answer) => status < 200 || status > 299;

function brokenOf(answers: readonly Answer[], twice: number): Broken {
  return {
    sent: answers.length,
    failed: answers.filter(isFailed).length,
    slowestMs: Math.max(...answers.map(({ ms }) => ms)),
    twice,
  };
}

/** Sends at a pace while `act` breaks something, and a while longer. */
async function during(port: number, asked: Asked, replicas: Replicas, act: () => Promise<unknown>): Promise<Broken> {
  await settled(port, replicas);
  replicas.forget();
  let over = false;
  const asking = askedAtPace(port, PER_SECOND, () => !over, asked);
  await delay(BEFORE_MS);
  await act();
  await delay(AFTER_MS);
  over = true;
  return brokenOf(await asking, replicas.handledTwice());
}

/** Both replicas are there, and the balancer has seen it. */
async function settled(port: number, replicas: Replicas): Promise<void> {
  await replicas.startAll();
  await once200(port, GET);
  await delay(2_000);
}

const killAndReturn = (replicas: Replicas) => async () => {
  await replicas.end(0, 'SIGKILL');
  await delay(AWAY_FOR_MS);
  await replicas.start(0);
};

/** The latency and rate without a balancer: a replica is asked itself. */
export async function bare(port: number, report: Report): Promise<Rates> {
  report('a replica itself');
  return rates(port);
}

async function rates(port: number): Promise<Rates> {
  await inFlight(port, IN_FLIGHT, 1_000, FAST);
  const many = await inFlight(port, IN_FLIGHT, MEASURED_FOR_MS, FAST);
  const until = performance.now() + MEASURED_FOR_MS;
  const some = (await askedAtPace(port, PER_SECOND, () => performance.now() < until, FAST)).map(({ ms }) => ms);
  return {
    perSecond: many.filter((answer) => !isFailed(answer)).length / (MEASURED_FOR_MS / 1_000),
    p50Ms: percentile(some, 0.5),
    p99Ms: percentile(some, 0.99),
  };
}

export async function compare(name: string, port: number, pid: number, replicas: Replicas, report: Report): Promise<Compared> {
  await settled(port, replicas);
  report(`${name}: as fast as it goes, and ${PER_SECOND} a second`);
  const cpu = () => cpuOf({ balancer: [pid] })['balancer']!;
  const before = cpu();
  const measured = await rates(port);
  const cpuMs = cpu() - before;
  const requests = measured.perSecond * (MEASURED_FOR_MS / 1_000 + 1) + PER_SECOND * (MEASURED_FOR_MS / 1_000);

  report(`${name}: a replica is killed`);
  const killedGet = await during(port, GET, replicas, killAndReturn(replicas));
  const killedKeyed = await during(port, KEYED, replicas, killAndReturn(replicas));
  const killedKeyless = await during(port, KEYLESS, replicas, killAndReturn(replicas));
  report(`${name}: a replica hangs`);
  const hung = await during(port, GET, replicas, async () => {
    replicas.suspend(0, 'SIGSTOP');
    await delay(HUNG_FOR_MS);
    replicas.suspend(0, 'SIGCONT');
  });
  report(`${name}: both replicas are restarted, one after the other`);
  const restarted = await during(port, KEYLESS, replicas, async () => {
    for (const index of [0, 1]) {
      await replicas.end(index, 'SIGTERM');
      await replicas.start(index);
      await delay(1_500);
    }
  });

  report(`${name}: ${IDLE_CLIENTS} clients, and ${SLOW_CLIENTS} slow ones`);
  await settled(port, replicas);
  const memory = memoryOf(pid);
  const many = await idle(port, IDLE_CLIENTS);
  const withMany = memoryOf(pid);
  many.close();
  await delay(500);
  let cut = false;
  const asking = askedAtPace(port, PER_SECOND, () => !cut, FAST);
  const slowEndedAfterMs = await slow(port, SLOW_CLIENTS);
  cut = true;
  const beside = await asking;

  report(`${name}: nobody is there`);
  await replicas.endAll();
  await delay(2_000);
  const away = await single(port, GET);
  return {
    name,
    ...measured,
    cpuUs: (cpuMs * 1_000) / requests,
    killedGet,
    killedKeyed,
    killedKeyless,
    hung,
    restarted,
    idleAnswered: many.answered,
    idleKb: (withMany - memory) / IDLE_CLIENTS / 1024,
    memoryMb: memory / 1024 ** 2,
    slowEndedAfterMs,
    slowP99Ms: percentile(
      beside.map(({ ms }) => ms),
      0.99,
    ),
    away,
  };
}
