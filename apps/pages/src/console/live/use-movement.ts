import { useEffect, useMemo } from 'react';
import type { ContractView, LiveItem } from '../answers.ts';
import { TOLD_EVERY_MS } from './dots.ts';
import { useFeed } from './feed.tsx';
import { edgesOf } from './map.ts';
import { Movement } from './movement.ts';

/** Who has asked the machine for less motion gets numbers in place of what moves. */
export const withoutMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** What goes along which line just now. Of a page that nobody looks at nothing is drawn. */
export function useMovement(contracts: readonly ContractView[]): Movement {
  const { onItems } = useFeed();
  const movement = useMemo(() => new Movement(withoutMotion()), []);
  useEffect(() => {
    const timer = setInterval(() => movement.look(Date.now()), TOLD_EVERY_MS);
    const leave = onItems((items) => {
      if (!document.hidden) movement.came(countsOf(items, contracts), Date.now());
    });
    return () => {
      clearInterval(timer);
      leave();
    };
  }, [contracts, movement, onItems]);
  return movement;
}

function countsOf(items: readonly LiveItem[], contracts: readonly ContractView[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) for (const line of edgesOf(item, contracts)) counts.set(line, (counts.get(line) ?? 0) + item.count);
  return counts;
}
