import { useSyncExternalStore } from 'react';

const MOVED = 'waybill:moved';

/** Where the page is: everything that it shows has an address. */
export const usePath = (): string => useSyncExternalStore(onMove, () => location.pathname);

/** Goes to another address of this page without loading it again. */
export function goTo(path: string): void {
  if (path !== location.pathname + location.search) history.pushState(null, '', path);
  scrollTo(0, 0);
  dispatchEvent(new Event(MOVED));
}

function onMove(moved: () => void): () => void {
  addEventListener('popstate', moved);
  addEventListener(MOVED, moved);
  return () => {
    removeEventListener('popstate', moved);
    removeEventListener(MOVED, moved);
  };
}
