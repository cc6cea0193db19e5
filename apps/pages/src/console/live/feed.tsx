import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { listen, type StreamState } from '../../shared/events.ts';
import { heard, NOTHING_HEARD, type Heard } from './heard.ts';

interface Feed extends Heard {
  readonly connection: StreamState;
}

const TYPES = ['hello', 'item', 'state', 'left-out', 'heartbeat'];
const FeedContext = createContext<Feed>({ ...NOTHING_HEARD, connection: 'connecting' });

/** One connection for all pages: they show what it brings. */
export function FeedProvider({ children }: { readonly children: ReactNode }) {
  const [connection, setConnection] = useState<StreamState>('connecting');
  const [all, setAll] = useState(NOTHING_HEARD);
  useEffect(
    () =>
      listen('/console/api/events', {
        types: TYPES,
        heard: (type, data, id) => {
          const event = { type, data: JSON.parse(data) as never, ...(id && { id: Number(id) }) };
          setAll((last) => heard(last, event));
        },
        state: setConnection,
      }),
    [],
  );
  return <FeedContext value={{ ...all, connection }}>{children}</FeedContext>;
}

export const useFeed = (): Feed => useContext(FeedContext);
