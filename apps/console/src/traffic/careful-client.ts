import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../ask.js';
import { Problem } from '../problem.js';

/** Longer than anything that a person breaks and mends on one page. */
const GIVE_UP_AFTER_MS = 300_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** A balancer that asks for more is asked again after this all the same. */
const LONGEST_WANTED_MS = 30_000;

/**
 * 409 and 429 pass when one waits, and what lies between passes when it is back. 500 does not: a service answers a foreseen trouble
 * with one of the others.
 */
const MAY_PASS: readonly number[] = [409, 429, 502, 503, 504];

export interface Accepted {
  /** The body of the 202. None: it was given up, and `failure` says why. */
  readonly body?: unknown;
  readonly failure?: string;
  /** Why the request was sent again, each time. */
  readonly repeated: readonly string[];
}

/**
 * What a careful client does: it sends an order again, with the same key, until it is accepted, and waits as long as it is asked to
 * (`Retry-After`). Throws only when `signal` ends it.
 */
export async function untilAccepted(send: () => Promise<Answer>, signal: AbortSignal): Promise<Accepted> {
  const repeated: string[] = [];
  const giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const answer = await send().catch(noAnswer);
    signal.throwIfAborted();
    if (answer.status === 202) return { body: answer.body, repeated };
    const told = String((answer.body as { detail?: unknown } | null)?.detail ?? '');
    const why = `${answer.status}${told && `: ${told}`}`;
    if (!MAY_PASS.includes(answer.status) || Date.now() >= giveUpAt) return { failure: why, repeated };
    repeated.push(why);
    const wantedMs = Math.min((answer.retryAfterSeconds ?? 0) * 1_000, LONGEST_WANTED_MS);
    await delay(Math.max(pauseMs, wantedMs), undefined, { signal });
  }
}

/** Nobody answered, or nothing that can be read: the order may be placed all the same, and its key finds out. */
function noAnswer(error: unknown): Answer {
  if (error instanceof Problem) return { status: error.status, body: { detail: error.detail } };
  throw error;
}
