import { orderOf, type Span } from './span.js';

/** More than any order makes. What comes beyond is counted and left out, so that one trace cannot drive out all others. */
const MAX_SPANS_OF_A_TRACE = 1_000;

export type Kept = 'kept' | 'duplicate' | 'over';

interface Trace {
  readonly id: string;
  readonly spans: Map<string, Span>;
  readonly orders: Set<string>;
  bytes: number;
}

/**
 * The spans that came last, in at most `maxBytes` of memory. Whole traces leave, the one that began to come first before the
 * others: half a journey would look like one that stopped.
 */
export class SpanRing {
  #bytes = 0;
  /** A Map keeps the order in which its keys came. */
  readonly #traces = new Map<string, Trace>();
  readonly #orders = new Map<string, Set<Trace>>();

  constructor(private readonly maxBytes: number) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** An exporter that lost our answer sends its batch again: a span that is here stays as it is. */
  add(span: Span): Kept {
    const trace = this.#traces.get(span.traceId) ?? this.#begin(span.traceId);
    if (trace.spans.has(span.spanId)) return 'duplicate';
    if (trace.spans.size >= MAX_SPANS_OF_A_TRACE) return 'over';
    const bytes = bytesOf(span);
    trace.spans.set(span.spanId, span);
    trace.bytes += bytes;
    this.#bytes += bytes;
    this.#index(trace, orderOf(span));
    while (this.#bytes > this.maxBytes && this.#traces.size > 1) this.#forgetOldest();
    return 'kept';
  }

  /** The spans of a trace, by the time of their start. */
  trace(id: string): readonly Span[] {
    return inTime(this.#traces.get(id)?.spans.values() ?? []);
  }

  /** Everything of all traces that name this order: a cancel is a request of its own, and so another trace. */
  order(id: string): readonly Span[] {
    return inTime([...(this.#orders.get(id) ?? [])].flatMap(({ spans }) => [...spans.values()]));
  }

  /** The order that a trace works for, once one of its spans has named it. */
  orderOfTrace(id: string): string | undefined {
    return this.#traces.get(id)?.orders.values().next().value;
  }

  /** The orders that began to come last, the newest first. */
  newestOrders(limit: number): readonly string[] {
    return [...this.#orders.keys()].slice(-limit).toReversed();
  }

  #begin(id: string): Trace {
    const trace: Trace = { id, spans: new Map(), orders: new Set(), bytes: 0 };
    this.#traces.set(id, trace);
    return trace;
  }

  #index(trace: Trace, order: string | undefined): void {
    if (order === undefined || trace.orders.has(order)) return;
    trace.orders.add(order);
    const traces = this.#orders.get(order) ?? new Set();
    this.#orders.set(order, traces.add(trace));
  }

  #forgetOldest(): void {
    const [id, trace] = this.#traces.entries().next().value!;
    this.#traces.delete(id);
    this.#bytes -= trace.bytes;
    for (const order of trace.orders) {
      const traces = this.#orders.get(order)!;
      traces.delete(trace);
      if (traces.size === 0) this.#orders.delete(order);
    }
  }
}

const inTime = (spans: Iterable<Span>): Span[] => [...spans].sort((one, other) => one.startMs - other.startMs);

/** What a span takes beside its attributes. V8's heap had 875 bytes for each span of a full ring, and this counts 1,109. */
const OBJECT_BYTES = 300;
const ATTRIBUTE_BYTES = 40;

/** About what a span takes in V8's heap: texts have a byte a letter, and each is a text that JSON made anew. */
function bytesOf(span: Span): number {
  let bytes = OBJECT_BYTES + span.name.length + (span.error?.length ?? 0) + span.links.length * 120;
  for (const [key, value] of Object.entries(span.attributes))
    bytes += ATTRIBUTE_BYTES + key.length + (typeof value === 'string' ? value.length : 8);
  return bytes;
}
