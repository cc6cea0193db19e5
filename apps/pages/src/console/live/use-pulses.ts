import { useEffect, useRef, useState } from 'react';
import type { ContractView, LiveItem } from '../answers.ts';
import { useFeed } from './feed.tsx';
import { edgesOf } from './map.ts';

/** What came since the last look is shown at once: above some items a second nobody could follow each of them. */
const LOOK_EVERY_MS = 250;
/** As long as a dot needs for its way. */
const SHOWN_MS = 900;

/** Which edges something goes along just now: a number for each that is another one with each pulse. */
export function usePulses(contracts: readonly ContractView[]): ReadonlyMap<string, number> {
  const { items } = useFeed();
  const newest = useRef<readonly LiveItem[]>(items);
  newest.current = items;
  const [pulses, setPulses] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    let last = newest.current[0];
    let running = new Map<string, number>();
    const timer = setInterval(() => {
      const fresh = newest.current.slice(0, last ? Math.max(0, newest.current.indexOf(last)) : undefined);
      last = newest.current[0];
      const now = Date.now();
      const ended = [...running.values()].some((since) => now - since > SHOWN_MS);
      if (fresh.length === 0 && !ended) return;
      running = new Map([...running].filter(([, since]) => now - since <= SHOWN_MS));
      for (const edge of fresh.flatMap((item) => edgesOf(item, contracts))) if (!running.has(edge)) running.set(edge, now);
      setPulses(new Map(running));
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [contracts]);
  return pulses;
}
