import { useSyncExternalStore } from 'react';

/** The part of the browser's localStorage that is used. */
export type Keeper = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A value that outlives a reload and is the same in every tab. */
export interface Kept<T> {
  readonly read: () => T;
  readonly write: (value: T) => void;
  readonly subscribe: (changed: () => void) => () => void;
}

/** `read` gives the same object until the text under `key` changes. What cannot be read (an older version's) is `empty`. */
export function kept<T>(key: string, empty: T, isOne: (value: unknown) => value is T, keeper: Keeper = localStorage): Kept<T> {
  const listeners = new Set<() => void>();
  let text: string | null = null;
  let value = empty;
  const read = () => {
    const now = keeper.getItem(key);
    if (now !== text) [text, value] = [now, parsed(now, empty, isOne)];
    return value;
  };
  return {
    read,
    write: (next) => {
      keeper.setItem(key, JSON.stringify(next));
      for (const changed of listeners) changed();
    },
    subscribe: (changed) => {
      const other = (event: StorageEvent) => event.key === key && changed();
      listeners.add(changed);
      addEventListener('storage', other);
      return () => {
        listeners.delete(changed);
        removeEventListener('storage', other);
      };
    },
  };
}

function parsed<T>(text: string | null, empty: T, isOne: (value: unknown) => value is T): T {
  if (text === null) return empty;
  try {
    const value: unknown = JSON.parse(text);
    return isOne(value) ? value : empty;
  } catch {
    return empty;
  }
}

export const useKept = <T>({ read, subscribe }: Kept<T>): T => useSyncExternalStore(subscribe, read);
