import { setTimeout as delay } from 'node:timers/promises';
import { runningStack } from '@waybill/demo';
import { down, up } from '@waybill/stack';
import { askEverything, type Asked } from './ask-everything.ts';
import { boards } from './boards.ts';
import { mayBeEmpty } from './may-be-empty.ts';
import { prometheusAt } from './prometheus.ts';
import { queriesOf } from './queries.ts';
import { traffic } from './traffic.ts';

/** Rates need some scrapes, and what was killed has to come back. */
const ANSWERED_WITHIN_MS = 60_000;
const BETWEEN_TRIES_MS = 3_000;

/** Brings a system up, keeps it busy, and asks its Prometheus until everything has an answer, or long enough. */
export async function askBoards(instance: string, signal: AbortSignal): Promise<Asked> {
  try {
    await up({ instance, with: ['haproxy'], signal });
    const stack = await runningStack(instance);
    if (!stack.urls['prometheus']) throw new Error('This system has no Prometheus.');
    const prometheus = prometheusAt(stack.urls['prometheus']);
    const from = new Date();
    await traffic({ stack, instance, prometheus }, signal);

    const ask = () => askEverything(prometheus, boards.flatMap(queriesOf), from, mayBeEmpty);
    const tryAgainUntil = Date.now() + ANSWERED_WITHIN_MS;
    let asked = await ask();
    while (asked.problems.length > 0 && Date.now() < tryAgainUntil) {
      await delay(BETWEEN_TRIES_MS, undefined, { signal });
      asked = await ask();
    }
    return asked;
  } finally {
    await down({ instance, purge: true });
  }
}
