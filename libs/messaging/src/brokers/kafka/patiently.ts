import { setTimeout as delay } from 'node:timers/promises';

const PATIENT_MS = 30_000;
const PAUSE_MS = 200;

/**
 * A broker that has just started or elected answers "not yet" for a while, and one that gets no processor answers late. kafkajs
 * gives up such a question of its admin client at once, also with retries. So this asks again: nothing that is asked here does
 * harm a second time.
 */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + PATIENT_MS; ; await delay(PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}
