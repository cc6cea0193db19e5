import { keyOf } from './glimpse.ts';
import type { Noted } from './receivers.ts';

/** How many came after a later one: of all, and of those of one key. */
export function disorder(notes: readonly Noted[]): { readonly ofAll: number; readonly ofAKey: number } {
  const highest = new Map<number, number>();
  let [top, ofAll, ofAKey] = [-1, 0, 0];
  for (const { number } of notes.toSorted((one, other) => (one.atNs < other.atNs ? -1 : 1))) {
    if (number < top) ofAll += 1;
    top = Math.max(top, number);
    const before = highest.get(keyOf(number)) ?? -1;
    if (number < before) ofAKey += 1;
    highest.set(keyOf(number), Math.max(before, number));
  }
  return { ofAll, ofAKey };
}
