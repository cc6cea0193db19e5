import { setTimeout as delay } from 'node:timers/promises';

const GIVE_UP_AFTER_MS = 90_000;
const ANSWER_WITHIN_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** What a careful client does: no answer, or one that may pass, is tried again with the same key, which cannot order twice. The body of the 202. */
export async function post(url: string, signal: AbortSignal, order?: { key: string; body: object }): Promise<string> {
  const request = {
    method: 'POST',
    ...(order && {
      headers: { 'content-type': 'application/json', 'idempotency-key': order.key },
      body: JSON.stringify(order.body),
    }),
  };
  return untilAnswered(url, request, signal, (status, text) => (status === 202 ? text : undefined));
}

/** Asks again and again until the answer is what is waited for. */
export async function get(url: string, signal: AbortSignal, isIt: (answer: unknown) => boolean): Promise<void> {
  await untilAnswered(url, {}, signal, (status, text) => (status === 200 && isIt(JSON.parse(text)) ? text : undefined));
}

async function untilAnswered(
  url: string,
  request: RequestInit,
  signal: AbortSignal,
  read: (status: number, text: string) => string | undefined,
): Promise<string> {
  const giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    let problem: string;
    try {
      const response = await fetch(url, { ...request, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]) });
      const text = await response.text();
      const found = read(response.status, text);
      if (found !== undefined) return found;
      problem = `it was answered with ${response.status}: ${text.slice(0, 300)}`;
      if (!mayPass(response.status)) throw new Refused(problem);
    } catch (error) {
      if (error instanceof Refused) throw error;
      signal.throwIfAborted();
      problem = `no answer: ${causeOf(error as Error)}`;
    }
    if (Date.now() >= giveUpAt) throw new Error(`${problem}, for ${GIVE_UP_AFTER_MS / 1000} s`);
    await delay(pauseMs, undefined, { signal });
  }
}

class Refused extends Error {}

/** 200 as well: the order may still become what is waited for. */
const mayPass = (status: number) => status === 200 || status >= 500 || status === 409 || status === 429;

/** `fetch failed` says nothing: what happened is in its cause. */
const causeOf = ({ message, cause }: Error) => (cause instanceof Error ? cause.message : message);
