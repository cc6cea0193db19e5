import { setTimeout as delay } from 'node:timers/promises';
import { placeOrders, setFaults, type RunningStack } from '@waybill/demo';
import { kill } from '@waybill/stack';
import type { Prometheus } from './prometheus.ts';

/** Enough for each way an order can go, several times. */
const ORDERS = 100;
/** Slow enough for a scrape or two to see what is under way. */
const PER_SECOND = 8;

/** With calls that take a while, a kill finds messages in hand; with some that fail, messages are parked. */
const BAD_DAY = { provider: { slowMs: 1_000, refuse: 0.1 }, mail: { slowMs: 1_000, reject: 0.1 } };

const DUPLICATES = 'waybill_messages_total{outcome="duplicate"}';
const MOST_KILLS = 3;
const SEEN_WITHIN_MS = 25_000;
const BETWEEN_LOOKS_MS = 1_000;

interface System {
  readonly stack: RunningStack;
  readonly instance: string;
  readonly prometheus: Prometheus;
}

/**
 * Orders of every kind, a provider and a mail server that fail at times, a replica and a broker killed, so that no counter
 * is without a count.
 */
export async function traffic({ stack, instance, prometheus }: System, signal: AbortSignal): Promise<void> {
  const from = new Date();
  const pause = (ms: number) => delay(ms, undefined, { signal });
  const cameTwice = async () => {
    const answer = await prometheus.course(DUPLICATES, from);
    return 'series' in answer && answer.series.length > 0;
  };
  let breaking = true;
  const breakSomething = async () => {
    await pause((ORDERS / PER_SECOND / 2) * 1_000);
    await kill('order-1', instance);
    // What is in hand ends while the broker is away, cannot be acknowledged, and comes again: nearly always at the first kill.
    for (let kills = 0; kills < MOST_KILLS && !(await cameTwice()); kills++) {
      await kill('rabbitmq', instance);
      for (const until = Date.now() + SEEN_WITHIN_MS; Date.now() < until && !(await cameTwice());) await pause(BETWEEN_LOOKS_MS);
    }
  };
  await setFaults(stack, BAD_DAY);
  await Promise.all([
    placeOrders(stack, { run: 'boards', count: ORDERS, goOn: () => breaking, perSecond: PER_SECOND, signal }),
    breakSomething().finally(() => (breaking = false)),
    fetch(`${stack.edge}/api/orders/01a20ce1-aa44-74b9-9233-f80d18943ae1`, {
      headers: { authorization: `Bearer ${await stack.token()}` },
    }),
  ]);
  await setFaults(stack, {});
}
