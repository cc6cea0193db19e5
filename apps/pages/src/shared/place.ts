import { useMemo, useSyncExternalStore } from 'react';

const MOVED = 'waybill:moved';

/** Where the page is: everything that it shows has an address. */
export const usePath = (): string => useSyncExternalStore(onMove, () => location.pathname);

/** The part of the address behind its question mark: what is chosen on the page. */
export const useSearch = (): URLSearchParams => {
  const text = useSyncExternalStore(onMove, () => location.search);
  return useMemo(() => new URLSearchParams(text), [text]);
};

/** Chooses something on the page where it is: the address tells it, and the way back does not go through every choice. */
export function choose(name: string, value: string | undefined): void {
  const search = new URLSearchParams(location.search);
  if (value === undefined) search.delete(name);
  else search.set(name, value);
  const text = search.toString();
  history.replaceState(null, '', location.pathname + (text && `?${text}`));
  dispatchEvent(new Event(MOVED));
}

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
