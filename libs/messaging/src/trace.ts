import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** What the code that runs now is working for: log lines and outgoing messages take it from here. */
export interface Work {
  /** W3C trace context: 32 and 16 hex digits. */
  readonly traceId: string;
  readonly spanId: string;
  readonly messageId?: string;
  readonly key?: string;
}

/** W3C's form, version 00. Zeros are no id. https://www.w3.org/TR/trace-context/#traceparent-header */
export const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;
const current = new AsyncLocalStorage<Work>();

/** The work that this code runs for, or undefined outside of any. */
export const currentWork = (): Work | undefined => current.getStore();

/** Runs `work` as a new span of the trace that `traceparent` names, or of a new trace. */
export function inTrace<T>(traceparent: string | undefined, about: { messageId?: string; key?: string }, work: () => T): T {
  const traceId = TRACEPARENT.exec(traceparent ?? '')?.[1] ?? randomBytes(16).toString('hex');
  return current.run({ traceId, spanId: randomBytes(8).toString('hex'), ...about }, work);
}

/** Runs `work` for a message: log lines name it, and go on with its trace. */
export const inTraceOf = <T>(message: { id: string; key: string; traceparent?: string | undefined }, work: () => T): T =>
  inTrace(message.traceparent, { messageId: message.id, key: message.key }, work);

/** The `traceparent` that a message sent now carries. */
export function traceparent(): string | undefined {
  const work = current.getStore();
  return work && `00-${work.traceId}-${work.spanId}-01`;
}
