import { useEffect, useState } from 'react';
import { Refused } from './ask.ts';
import { againAfterMs, wait } from './patience.ts';

export interface Polled<T> {
  readonly value?: T;
  /** The last question had no answer; `value` is what was known before. */
  readonly away: boolean;
  /** The answer is no, and will stay no. */
  readonly refused?: Refused;
}

/**
 * Asks again and again, as long as the page is looked at. `everyMs` says how soon, by the newest answer and how often it has
 * been the same; `ask` and `everyMs` must be the same functions in each render. Returns `again` to ask at once.
 */
export function usePolled<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  everyMs: (value: T, unchanged: number) => number,
): Polled<T> & { readonly again: () => void } {
  const [polled, setPolled] = useState<Polled<T>>({ away: false });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const left = new AbortController();
    void poll(ask, everyMs, setPolled, left.signal);
    return () => left.abort();
  }, [ask, everyMs, round]);
  return { ...polled, again: () => setRound((count) => count + 1) };
}

async function poll<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  everyMs: (value: T, unchanged: number) => number,
  tell: (polled: (before: Polled<T>) => Polled<T>) => void,
  left: AbortSignal,
): Promise<void> {
  let last = '';
  let unchanged = 0;
  let failed = 0;
  while (!left.aborted) {
    let ms: number;
    try {
      const value = await ask(left);
      if (left.aborted) return;
      const text = JSON.stringify(value);
      unchanged = text === last ? unchanged + 1 : 0;
      if (unchanged === 0 || failed > 0) tell(() => ({ value, away: false }));
      last = text;
      failed = 0;
      ms = everyMs(value, unchanged);
    } catch (error) {
      if (left.aborted) return;
      failed += 1;
      const after = againAfterMs(error, failed, Math.random());
      if (after === undefined) return tell(() => ({ away: false, ...(error instanceof Refused && { refused: error }) }));
      // One that is lost is no news.
      if (failed > 1) tell((before) => ({ ...before, away: true }));
      ms = after;
    }
    await wait(ms, left);
    await seen(left);
  }
}

/** Resolves when the page is looked at. */
const seen = (left: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !left.aborted) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    left.addEventListener('abort', look, { once: true });
    look();
  });
