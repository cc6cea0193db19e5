import type { Span } from '../traces/span.js';

export interface OrderSummary {
  readonly orderId: string;
  readonly startedAt: number;
  readonly lastAt: number;
  readonly spans: number;
  readonly failures: number;
  readonly services: readonly string[];
  /** The last message that was handled: how far the order is known to have come. */
  readonly last?: string;
}

/** One line of a list. `spans` are an order's, by the time of their start; there is at least one. */
export function summaryOf(orderId: string, spans: readonly Span[]): OrderSummary {
  const handled = spans.filter(({ kind, error }) => kind === 'consumer' && error === undefined);
  const last = handled.toSorted((one, other) => one.endMs - other.endMs).at(-1);
  return {
    orderId,
    startedAt: spans[0]!.startMs,
    lastAt: Math.max(...spans.map(({ endMs }) => endMs)),
    spans: spans.length,
    failures: spans.filter(({ error }) => error !== undefined).length,
    services: [...new Set(spans.map(({ service }) => service))],
    ...(last && { last: last.name }),
  };
}
