import type { Attributes, TraceContext } from './trace.js';
import { contextIn, currentWork, errorType, isRecording, Span } from './trace.js';
import { ATTRIBUTE } from './span-names.js';
import { timeOf } from './ids.js';
import type { Lane, OutboxRow } from './sending/outbox.js';
import { partitionOf } from './brokers/kafka/partition-of.js';

/**
 * The three spans of a message. `create` begins where the message is made and ends with the commit: its place travels in the
 * envelope, so `send` and `process` are its children, whichever process relays and receives. At the relay nothing of the
 * request is left that a span could be a child of, and a batch would give one message the parent of another.
 */
interface Made {
  readonly id: string;
  readonly type: string;
  readonly key: string;
}

/** The span of a message that the work in hand sends. Undefined when nobody records that work. */
export function beginCreate(type: string): Span | undefined {
  const work = currentWork();
  return work?.recorded ? new Span('producer', `create ${type}`, { parent: work }) : undefined;
}

/**
 * The span of a message that a timer sends. A trace ends with its time: a timer may fire days later. So this is the root of a
 * new one, with a link to where the timer was set, and it is recorded if that was.
 */
export function beginTimed(type: string, body: Buffer): Span {
  const origin = contextOfBody(body);
  return new Span('producer', `create ${type}`, { recorded: origin?.recorded ?? false, links: recordedOnly(origin) });
}

export function endCreate(span: Span, lane: Lane, { id, type, key }: Made): void {
  span.end(() => ({
    [ATTRIBUTE.system]: lane,
    [ATTRIBUTE.operationName]: 'create',
    [ATTRIBUTE.operationType]: 'create',
    [ATTRIBUTE.messageId]: id,
    [ATTRIBUTE.messageType]: type,
    [ATTRIBUTE.key]: key,
  }));
}

/** Tells the `send` of each recorded row, which the broker has confirmed. Their places are read from their envelopes. */
export function tellSent(
  sent: readonly OutboxRow[],
  to: { readonly lane: Lane; readonly destination: string },
  startedAt: number,
): void {
  if (!isRecording()) return;
  for (const row of sent) tellSend(row, to, startedAt);
}

function tellSend(row: OutboxRow, { lane, destination }: { lane: Lane; destination: string }, startedAt: number): void {
  const parent = contextOfBody(row.body);
  if (!parent?.recorded) return;
  new Span('client', `send ${destination}`, { parent }).end(
    () => ({
      [ATTRIBUTE.system]: lane,
      [ATTRIBUTE.operationName]: 'send',
      [ATTRIBUTE.operationType]: 'send',
      [ATTRIBUTE.destination]: destination,
      [ATTRIBUTE.messageId]: row.message_id,
      [ATTRIBUTE.messageType]: row.type,
      [ATTRIBUTE.key]: row.key,
      [ATTRIBUTE.partition]: lane === 'kafka' ? String(partitionOf(row.key)) : undefined,
      [ATTRIBUTE.routingKey]: lane === 'rabbitmq' ? row.type : undefined,
      // An id has the time at which its message was made.
      [ATTRIBUTE.outboxWaitMs]: Math.max(0, Math.round(startedAt - timeOf(row.message_id)!.getTime())),
    }),
    { startedAt },
  );
}

const FIELD = '"traceparent":"';
const LENGTH = 55;

/** Within a JSON text a quote has a backslash before it. So the first one of these is the envelope's own. */
function contextOfBody(body: Buffer): TraceContext | undefined {
  const at = body.indexOf(FIELD);
  if (at < 0) return undefined;
  return contextIn(body.toString('latin1', at + FIELD.length, at + FIELD.length + LENGTH));
}

/**
 * The span of one try at a message: a child of its `create`, and linked to it, as the conventions ask. A message that was
 * redriven is the root of a new trace: a person did that, perhaps days later.
 */
export function beginProcess({ id, key, stream, traceparent }: Tried, redriven = false): Span {
  const created = contextIn(traceparent);
  const begins = { links: recordedOnly(created), messageId: id, key };
  return new Span(
    'consumer',
    `process ${stream}`,
    redriven ? { ...begins, recorded: created?.recorded ?? false } : { ...begins, parent: created },
  );
}

interface Tried {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly stream: string;
  readonly source: string;
  readonly ordered: boolean;
  readonly traceparent?: string | undefined;
}

/** What became of a try. */
export interface Tries {
  readonly outcome: string;
  readonly attempt: number;
  readonly group: string;
  readonly error?: unknown;
}

export function endProcess(span: Span, tried: Tried, { outcome, attempt, group, error }: Tries): void {
  span.end(
    () => ({
      ...wayOf(tried, group),
      [ATTRIBUTE.operationName]: 'process',
      [ATTRIBUTE.operationType]: 'process',
      [ATTRIBUTE.destination]: tried.stream,
      [ATTRIBUTE.messageId]: tried.id,
      [ATTRIBUTE.messageType]: tried.type,
      [ATTRIBUTE.key]: tried.key,
      [ATTRIBUTE.attempt]: attempt,
      [ATTRIBUTE.outcome]: outcome,
      [ATTRIBUTE.errorType]: error === undefined ? undefined : errorType(error),
    }),
    { failed: error !== undefined },
  );
}

function wayOf({ ordered, source, type }: Tried, group: string): Attributes {
  if (!ordered) return { [ATTRIBUTE.system]: 'rabbitmq', [ATTRIBUTE.routingKey]: type };
  const [, partition, offset] = /\/(\d+)@(\d+)$/.exec(source) ?? [];
  return {
    [ATTRIBUTE.system]: 'kafka',
    [ATTRIBUTE.group]: group,
    [ATTRIBUTE.partition]: partition,
    [ATTRIBUTE.kafkaOffset]: offset === undefined ? undefined : Number(offset),
  };
}

const recordedOnly = (place: TraceContext | undefined): TraceContext[] => (place?.recorded ? [place] : []);
