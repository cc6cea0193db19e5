import { sequenceGapsTotal } from '../../metrics.js';
import type { Received } from '../../receiving/received.js';

/** How many keys one consumer remembers: enough for what is in motion. */
const REMEMBERED_KEYS = 10_000;

/** Counts events that came without their predecessor. It is a number to watch: nothing depends on it. */
export class SequenceGaps {
  readonly #latest = new Map<string, number>();

  clear(): void {
    this.#latest.clear();
  }

  count(received: readonly Received[]): void {
    for (const message of received) {
      if (message.sequence === undefined) continue;
      const place = `${message.stream}/${message.key}`;
      const before = this.#latest.get(place);
      if (before !== undefined && message.sequence > before + 1) sequenceGapsTotal.inc({ stream: message.stream });
      this.#latest.delete(place);
      this.#latest.set(place, Math.max(message.sequence, before ?? 0));
      if (this.#latest.size > REMEMBERED_KEYS) this.#latest.delete(this.#latest.keys().next().value!);
    }
  }
}
