import { setTimeout as delay } from 'node:timers/promises';
import type { ClientRecord } from './evidence.ts';
import type { OrderRequest } from './order-request.ts';

const GIVE_UP_AFTER_MS = 60_000;
const ANSWER_WITHIN_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Sends an order until it is accepted, and a second time if it says so. Never throws but when it is aborted. */
export async function placeOrder(edge: string, request: OrderRequest, signal: AbortSignal): Promise<ClientRecord> {
  const { key, twice, body } = request;
  const { customerId, email, paymentMethod } = body;
  const answers: string[] = [];
  const sendOnce = async () => void answers.push(await send(edge, request, signal));
  let failure: string | undefined;
  try {
    await (twice === 'at the same time' ? Promise.all([sendOnce(), sendOnce()]) : sendOnce());
    if (twice === 'afterwards') await sendOnce();
  } catch (error) {
    signal.throwIfAborted();
    failure = (error as Error).message;
  }
  return { key, customerId, email, paymentMethod, acceptedAt: new Date().toISOString(), answers, ...(failure && { failure }) };
}

/** What a careful client does: no answer, or one that may pass, is tried again with the same key, which cannot order twice. */
async function send(edge: string, { key, body }: OrderRequest, signal: AbortSignal): Promise<string> {
  const giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  };
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    let problem: string;
    try {
      const response = await fetch(`${edge}/api/orders`, {
        ...request,
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      const text = await response.text();
      if (response.status === 202) return text;
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

const mayPass = (status: number) => status >= 500 || status === 409 || status === 429;

/** `fetch failed` says nothing: what happened is in its cause. */
const causeOf = ({ message, cause }: Error) => (cause instanceof Error ? cause.message : message);
