import { contracts } from '@waybill/contracts';
import { orderOf, type Span } from '../traces/span.js';

export interface Seen {
  readonly type: string;
  readonly at: number;
  /** The message's key, which is its order. */
  readonly order: string;
  readonly sender: string;
  readonly messages: number;
}

const TYPES: ReadonlySet<string> = new Set(contracts.map(({ type }) => type));

/**
 * When a message of each type was made last, by the spans. Its body is not here: a span has none, because a body may hold an
 * e-mail address. Bounded by the contracts: a span cannot make a type of its own.
 */
export class LastSeen {
  readonly #byType = new Map<string, Seen>();

  note(span: Span): void {
    const type = span.attributes['waybill.message.type'];
    const order = orderOf(span);
    if (span.kind !== 'producer' || typeof type !== 'string' || !TYPES.has(type) || order === undefined) return;
    const before = this.#byType.get(type);
    const messages = (before?.messages ?? 0) + 1;
    // Spans of several processes come in any order.
    if (before && before.at > span.startMs) this.#byType.set(type, { ...before, messages });
    else this.#byType.set(type, { type, at: span.startMs, order, sender: span.replica, messages });
  }

  all(): readonly Seen[] {
    return [...this.#byType.values()];
  }
}
