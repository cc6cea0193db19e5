import { Refused, Unanswered } from './ask.ts';

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** Refusals that are none of the request's fault: it may be sent again as it is. */
const LATER = [408, 409, 425, 429, 500, 502, 503, 504];

/**
 * How long to wait before the same request is sent again, or undefined when another try would end the same. `tries` counts
 * those that failed, `luck` is a random number below 1: clients that failed together do not come back together.
 * A server that says when (Retry-After) is not asked earlier.
 */
export function againAfterMs(error: unknown, tries: number, luck: number): number | undefined {
  const backoff = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries - 1, 10));
  const spread = backoff / 2 + (luck * backoff) / 2;
  if (error instanceof Unanswered) return spread;
  if (!(error instanceof Refused) || !LATER.includes(error.status)) return undefined;
  return Math.max(spread, (error.retryAfterSeconds ?? 0) * 1_000);
}

export const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });

/** Asks until there is an answer or a refusal that stands. For what may be asked any number of times. */
export async function patiently<T>(asking: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await asking();
    } catch (error) {
      const ms = againAfterMs(error, tries, Math.random());
      if (ms === undefined || signal?.aborted) throw error;
      await wait(ms, signal);
      if (signal?.aborted) throw error;
    }
  }
}
