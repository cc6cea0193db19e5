import type { SystemState } from '../answers.ts';

/** What the pages know from the stream. */
export interface Heard {
  readonly state?: SystemState;
  /** How many events of the stream did not come, while it was cut. */
  readonly missed: number;
  readonly sequence: number;
}

export const NOTHING_HEARD: Heard = { missed: 0, sequence: 0 };

interface Event {
  readonly type: string;
  readonly id?: number;
  readonly data: object;
}

/** What the page knows after an event. Events with a number have the one after their predecessor's, so that a gap shows. */
export function heard(before: Heard, { type, id, data }: Event): Heard {
  if (type === 'state') return { ...before, state: data as SystemState };
  if (type === 'hello') {
    const { sequence, restarted } = data as { readonly sequence: number; readonly restarted: boolean };
    // A console that began anew counts from one, and nobody knows what it would have told.
    if (restarted || sequence < before.sequence || before.sequence === 0) return { ...before, sequence };
    return { ...before, sequence, missed: before.missed + sequence - before.sequence };
  }
  if (id === undefined || id <= before.sequence) return before;
  return { ...before, sequence: id, missed: before.missed + id - before.sequence - 1 };
}
