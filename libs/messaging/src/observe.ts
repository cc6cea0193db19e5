/**
 * What happens to a message on its way, in the order in which it does: it is committed to the outbox, confirmed by its broker,
 * arrives, and something becomes of it. A parked message is tried again until it is handled or dead.
 */
export type Happening = 'sent' | 'published' | 'received' | 'handled' | 'duplicate' | 'parked' | 'retried' | 'dead';

/** Which message. A message whose bytes are not believed has its id as its key. */
export interface Observed {
  readonly id: string;
  readonly type: string;
  readonly key: string;
}

/**
 * Is told what happened, after it has: never of what was rolled back. `way` is the topic, the exchange or the queue.
 *
 * It is called in the middle of the work, once for each message and step: it returns at once, and what it has to do takes place
 * later or elsewhere. What it throws is dropped, because the message is where it is, also if nobody knows of it.
 */
export type Observe = (what: Happening, message: Observed, way: string) => void;

let observer: Observe | undefined;

/** Tells `by` from now on, or nobody any more. A process does it once, before it starts any work. */
export function observeMessages(by: Observe | undefined): void {
  observer = by;
}

export const isObserved = (): boolean => observer !== undefined;

export function tell(what: Happening, message: Observed, way: string): void {
  try {
    observer?.(what, message, way);
  } catch {
    // It is the observer's own loss.
  }
}
