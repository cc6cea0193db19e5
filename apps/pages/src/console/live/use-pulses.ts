import { useEffect, useRef, useState } from 'react';
import type { ContractView, LiveItem } from '../answers.ts';
import { type Dots, dotsAfter, LOOK_EVERY_MS, times } from './dots.ts';
import { useFeed } from './feed.tsx';
import { edgesOf } from './map.ts';

/** What goes along which edge just now. */
export function usePulses(contracts: readonly ContractView[]): Dots {
  const { items } = useFeed();
  const newest = useRef<readonly LiveItem[]>(items);
  newest.current = items;
  const [dots, setDots] = useState<Dots>(new Map());
  useEffect(() => {
    let last = newest.current[0];
    const timer = setInterval(() => {
      const found = last ? newest.current.indexOf(last) : newest.current.length;
      // More have come than are kept: all that are here are new.
      const fresh = newest.current.slice(0, found < 0 ? undefined : found);
      last = newest.current[0];
      const busy = fresh.flatMap((item) => times(item.count ?? 1, edgesOf(item, contracts)));
      setDots((before) => (busy.length === 0 && before.size === 0 ? before : dotsAfter(before, busy, Date.now())));
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [contracts]);
  return dots;
}
