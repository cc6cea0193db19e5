import { useCallback, useEffect, useState } from 'react';
import { ask, Refused } from '../shared/ask.ts';

interface Problem {
  readonly status: number;
  readonly text: string;
}

export interface Asked<T> {
  readonly answer?: T;
  /** Why there is no newer answer; the last one is shown meanwhile. */
  readonly problem?: Problem;
  readonly again: () => void;
}

/** Of which address it is: after a change of that, the last answer is none. */
interface Answered<T> {
  readonly path: string;
  readonly answer?: T;
  readonly problem?: Problem;
}

/** Asks the console, and asks again every so many milliseconds while the page is looked at. */
export function useAnswer<T>(path: string, everyMs?: number): Asked<T> {
  const [asked, setAsked] = useState<Answered<T>>({ path });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    ask<T>(`/console/api${path}`, { signal: stop.signal })
      .then((answer) => setAsked({ path, answer }))
      .catch((error: Error) => {
        if (stop.signal.aborted) return;
        const problem = { status: error instanceof Refused ? error.status : 0, text: error.message };
        setAsked((last) => ({ path, problem, ...(last.path === path && last.answer !== undefined && { answer: last.answer }) }));
      });
    return () => stop.abort();
  }, [path, turn]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setTurn((last) => last + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  const again = useCallback(() => setTurn((last) => last + 1), []);
  return asked.path === path ? { ...asked, again } : { again };
}
