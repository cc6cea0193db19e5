import { AsyncLocalStorage } from 'node:async_hooks';
import { randomHex } from './random.js';
import { ATTRIBUTE } from './span-names.js';

/** A place in a trace, as W3C's `traceparent` tells it: 32 and 16 hex digits, and whether the trace is recorded. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly recorded: boolean;
}

/** What the code that runs now is working for: log lines and outgoing messages take it from here. */
export interface Work extends TraceContext {
  readonly messageId?: string | undefined;
  readonly key?: string | undefined;
}

export type SpanKind = 'server' | 'client' | 'producer' | 'consumer';
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A span that has ended. Times are milliseconds since 1970, with fractions. */
export interface EndedSpan extends TraceContext {
  readonly parentSpanId: string | undefined;
  readonly links: readonly TraceContext[];
  readonly kind: SpanKind;
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  readonly failed: boolean;
}

/** Where recorded spans go. Without one, nothing is recorded, and a span is no more than its ids. */
export interface Recorder {
  /** Whether one more new trace is recorded. Everything below its root follows the root. */
  takesNew(kind: SpanKind, name: string): boolean;
  ended(span: EndedSpan): void;
}

let recorder: Recorder | undefined;

/** Records from now on, or no more. A process does it once, before it starts any work. */
export function recordSpans(by: Recorder | undefined): void {
  recorder = by;
}

export const isRecording = (): boolean => recorder !== undefined;

/** W3C's form, version 00. Zeros are no id. https://www.w3.org/TR/trace-context/#traceparent-header */
export const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Reads a `traceparent`. Anything that has not its form counts as none. */
export function contextIn(traceparent: string | null | undefined): TraceContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  return traceId && spanId && flags ? { traceId, spanId, recorded: (Number.parseInt(flags, 16) & 1) === 1 } : undefined;
}

export const traceparentOf = ({ traceId, spanId, recorded }: TraceContext): string =>
  `00-${traceId}-${spanId}-${recorded ? '01' : '00'}`;

interface Begins {
  /** The span that this one is a part of. Without it the span is the root of a new trace. */
  readonly parent?: TraceContext | undefined;
  readonly links?: readonly TraceContext[];
  /** Whether a root is recorded. The recorder decides if this is left out. */
  readonly recorded?: boolean | undefined;
  readonly messageId?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * A piece of work in a trace. One that is not recorded has its ids for the log, and costs no more than they do. A span that is
 * never ended is never told: what was rolled back has not happened.
 */
export class Span implements Work {
  readonly traceId: string;
  readonly spanId = randomHex(8);
  readonly recorded: boolean;
  readonly messageId: string | undefined;
  readonly key: string | undefined;
  readonly #parentSpanId: string | undefined;
  readonly #links: readonly TraceContext[];
  readonly #startedAt: number;
  #ended = false;

  constructor(
    private readonly kind: SpanKind,
    private readonly name: string,
    { parent, links = [], recorded, messageId, key }: Begins = {},
  ) {
    this.traceId = parent?.traceId ?? randomHex(16);
    this.recorded = recorder !== undefined && (parent?.recorded ?? recorded ?? recorder.takesNew(kind, name));
    this.messageId = messageId;
    this.key = key;
    this.#parentSpanId = parent?.spanId;
    this.#links = links;
    this.#startedAt = this.recorded ? now() : 0;
  }

  /** Runs `work` as this span's: its log lines, its messages and its own spans name it. */
  run<T>(work: () => T): T {
    return current.run(this, work);
  }

  /** Tells the span. Only the first call counts. `attributes` is asked only if the span is recorded. */
  end(attributes: () => Attributes, { failed = false, startedAt = this.#startedAt } = {}): void {
    if (!this.recorded || this.#ended) return;
    this.#ended = true;
    const { traceId, spanId, recorded, kind, name } = this;
    recorder?.ended({
      ...{ traceId, spanId, recorded, kind, name, failed, startedAt },
      parentSpanId: this.#parentSpanId,
      links: this.#links,
      endedAt: now(),
      attributes: attributes(),
    });
  }
}

const current = new AsyncLocalStorage<Work>();

/** The work that this code runs for, or undefined outside of any. */
export const currentWork = (): Work | undefined => current.getStore();

/** Runs `work` at a place of a trace that another process has told of. */
export function inTrace<T>(traceparent: string | undefined, about: { messageId?: string; key?: string }, work: () => T): T {
  const place = contextIn(traceparent) ?? { traceId: randomHex(16), spanId: randomHex(8), recorded: false };
  return current.run({ ...place, ...about }, work);
}

/** The `traceparent` that a message sent now carries. */
export function traceparent(): string | undefined {
  const work = current.getStore();
  return work && traceparentOf(work);
}

/**
 * Runs a call of the outside world as a span of the work in hand. `attributes` tells of the answer. Outside of any work, and
 * in work that is not recorded, there is no span.
 */
export async function inClientSpan<T>(
  name: string,
  attributes: (answer: T | undefined) => Attributes,
  call: () => Promise<T>,
): Promise<T> {
  const work = current.getStore();
  if (!work?.recorded) return call();
  const { messageId, key } = work;
  const span = new Span('client', name, { parent: work, messageId, key });
  try {
    const answer = await span.run(call);
    span.end(() => attributes(answer));
    return answer;
  } catch (error) {
    span.end(() => ({ ...attributes(undefined), [ATTRIBUTE.errorType]: errorType(error) }), { failed: true });
    throw error;
  }
}

/** The class of an error, or its code. Never its text, which may quote a customer. */
export function errorType(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : typeof name === 'string' ? name : 'unknown';
}

/** The machine's clock was set when it is off by more than so many milliseconds. */
const CLOCK_STEP = 50;
let origin = performance.timeOrigin;

/** The time of the machine, in finer steps than it tells, so that the spans of one process lie as they ran. */
export function now(): number {
  const told = origin + performance.now();
  const off = Date.now() - told;
  if (Math.abs(off) < CLOCK_STEP) return told;
  origin += off;
  return told + off;
}
