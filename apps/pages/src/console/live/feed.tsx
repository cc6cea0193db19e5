import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { listen, type StreamState } from '../../shared/events.ts';
import type { LiveItem } from '../answers.ts';
import { heard, NOTHING_HEARD, type Heard } from './heard.ts';

type ItemsListener = (items: readonly LiveItem[]) => void;

interface Feed extends Pick<Heard, 'state' | 'missed'> {
  readonly connection: StreamState;
  /** Calls the listener with what has just happened, four times a second at most, until the returned function is called. */
  readonly onItems: (listener: ItemsListener) => () => void;
}

const TYPES = ['hello', 'items', 'state', 'heartbeat'];
const FeedContext = createContext<Feed | undefined>(undefined);

/** One connection for all pages: they show what it brings. */
export function FeedProvider({ children }: { readonly children: ReactNode }) {
  const [connection, setConnection] = useState<StreamState>('connecting');
  const [shown, setShown] = useState(NOTHING_HEARD);
  const listeners = useRef(new Set<ItemsListener>());
  const onItems = useRef<Feed['onItems']>((listener) => {
    listeners.current.add(listener);
    return () => listeners.current.delete(listener);
  });
  useEffect(() => {
    let last = NOTHING_HEARD;
    return listen('/console/api/events', {
      types: TYPES,
      heard: (type, text, id) => {
        const data = JSON.parse(text) as object;
        const before = last;
        last = heard(before, { type, data, ...(id && { id: Number(id) }) });
        if (type === 'items' && last !== before)
          for (const listener of listeners.current) listener((data as { readonly items: readonly LiveItem[] }).items);
        // A page is drawn anew for what it shows, and not for each number.
        if (last.state !== before.state || last.missed !== before.missed) setShown(last);
      },
      state: setConnection,
    });
  }, []);
  const { state, missed } = shown;
  return <FeedContext value={{ ...(state && { state }), missed, connection, onItems: onItems.current }}>{children}</FeedContext>;
}

export function useFeed(): Feed {
  const found = useContext(FeedContext);
  if (!found) throw new Error('The page hears nothing: wrap it in a FeedProvider.');
  return found;
}
