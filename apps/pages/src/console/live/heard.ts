import type { LiveItem, SystemState } from '../answers.ts';

/** What the pages know from the stream. */
export interface Heard {
  readonly state?: SystemState;
  /** The newest first. */
  readonly items: readonly LiveItem[];
  /** How many events of the stream did not come, while it was cut. */
  readonly missed: number;
  readonly sequence: number;
}

export const NOTHING_HEARD: Heard = { items: [], missed: 0, sequence: 0 };

/** So many items are kept for the list and the map. */
const KEPT = 200;

interface Event {
  readonly type: string;
  readonly id?: number;
  readonly data: object;
}

/** Of more than a hundred in a second the rest comes together: one item for each kind of them. */
function itemsOf(type: string, data: object): readonly LiveItem[] {
  if (type === 'left-out') return (data as { readonly kinds: readonly LiveItem[] }).kinds;
  return type === 'item' ? [data as LiveItem] : [];
}

/** What the page knows after an event. Every item has the number after its predecessor's, so that a gap shows. */
export function heard(before: Heard, { type, id, data }: Event): Heard {
  if (type === 'state') return { ...before, state: data as SystemState };
  if (type === 'hello') {
    const { sequence, restarted } = data as { readonly sequence: number; readonly restarted: boolean };
    // A console that began anew counts from one, and nobody knows what it would have told.
    if (restarted || sequence < before.sequence || before.sequence === 0) return { ...before, sequence };
    return { ...before, sequence, missed: before.missed + sequence - before.sequence };
  }
  if (id === undefined || id <= before.sequence) return before;
  const after = { ...before, sequence: id, missed: before.missed + id - before.sequence - 1 };
  const items = itemsOf(type, data);
  return items.length === 0 ? after : { ...after, items: [...items, ...before.items].slice(0, KEPT) };
}
