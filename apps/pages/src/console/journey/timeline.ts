import type { Span } from '../answers.ts';

export type PlaceKind = 'client' | 'balancer' | 'service' | 'outbox' | 'queue' | 'topic' | 'outside';

/** A vertical line of the picture: somebody who does something, or a place in which a message waits. */
export interface Lifeline {
  readonly id: string;
  readonly kind: PlaceKind;
  readonly label: string;
}

/**
 * How a step went. `compensation` takes back what was done before; `duplicate` was seen before and did nothing; `unseen` must
 * have happened, because what follows it did, and its span is not here.
 */
export type Tone = 'forward' | 'compensation' | 'failure' | 'duplicate' | 'unseen';

export type StepKind = 'request' | 'write' | 'send' | 'handle' | 'call';

/** A horizontal arrow of the picture. */
export interface Step {
  readonly id: string;
  readonly kind: StepKind;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly tone: Tone;
  readonly at: number;
  /** How long the message lay in the place that the arrow comes from. */
  readonly waitedMs?: number;
  /** How long the one that the arrow goes to was busy with it. */
  readonly workedMs?: number;
  readonly attempt?: number;
  readonly outcome?: string;
  /** None for a step that is not seen. */
  readonly span?: Span;
}

export interface Timeline {
  readonly lifelines: readonly Lifeline[];
  readonly steps: readonly Step[];
  readonly startMs: number;
  readonly endMs: number;
  /** Sums over all steps. Several may wait or work at once, so that they may be more than the whole time. */
  readonly waitedMs: { readonly outbox: number; readonly brokers: number };
  readonly workedMs: { readonly services: number; readonly outside: number };
  /** Spans whose parent is not here: something was lost, or has not come yet. */
  readonly orphans: number;
}

/** What a journey looks like, from its spans alone. The same spans give the same picture, in whatever order they came. */
export function timelineOf(given: readonly Span[]): Timeline | undefined {
  if (given.length === 0) return undefined;
  const spans = [...given].sort((one, other) => one.startMs - other.startMs || one.spanId.localeCompare(other.spanId));
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const messages = messagesOf(spans, byId);
  const steps = spans.flatMap((span) => stepsOf(span, byId, messages)).concat(unseenSends(messages));
  const inTime = steps.toSorted((one, other) => one.at - other.at || RANK[one.kind] - RANK[other.kind]);
  return {
    lifelines: lifelinesOf(inTime),
    steps: inTime,
    startMs: Math.min(...spans.map(({ startMs }) => startMs)),
    endMs: Math.max(...spans.map(({ endMs }) => endMs)),
    ...sumsOf(inTime),
    orphans: spans.filter(({ parentId }) => parentId !== undefined && !byId.has(parentId)).length,
  };
}

/**
 * The same journey with fewer lines, for a projector: replicas of a service are one line, and its outbox is inside of it. A step
 * within one line is no arrow any more.
 */
export function compact(timeline: Timeline): Timeline {
  const lines = new Map(timeline.lifelines.map((lifeline) => [lifeline.id, inOneLine(lifeline)]));
  const steps = timeline.steps
    .map((step) => ({ ...step, from: lines.get(step.from)!.id, to: lines.get(step.to)!.id }))
    .filter(({ from, to }) => from !== to);
  const lifelines = [...new Map([...lines.values()].map((line) => [line.id, line])).values()];
  return { ...timeline, steps, lifelines };
}

function inOneLine({ id, kind, label }: Lifeline): Lifeline {
  if (kind !== 'service' && kind !== 'outbox') return { id, kind, label };
  const service = kind === 'outbox' ? id.slice('outbox:'.length) : ownerOf(label);
  return { id: `service:${service}`, kind: 'service', label: service };
}

/** The same once more for a room: all queues are RabbitMQ, all topics Kafka, and types have no version. */
export function simple(timeline: Timeline): Timeline {
  const few = compact(timeline);
  const brokerOf = ({ kind }: Lifeline): Lifeline | undefined =>
    kind === 'queue'
      ? { id: 'queue:RabbitMQ', kind, label: 'RabbitMQ' }
      : kind === 'topic'
        ? { id: 'topic:Kafka', kind, label: 'Kafka' }
        : undefined;
  const lines = new Map(few.lifelines.map((line) => [line.id, brokerOf(line) ?? line]));
  return {
    ...few,
    lifelines: [...new Map([...lines.values()].map((line) => [line.id, line])).values()],
    steps: few.steps.map((step) => ({
      ...step,
      from: lines.get(step.from)!.id,
      to: lines.get(step.to)!.id,
      label: step.label.replace(/\.v\d+$/, ''),
    })),
  };
}

/** Steps of one moment come in the order of cause and effect. */
const RANK: Readonly<Record<StepKind, number>> = { request: 0, write: 1, send: 2, handle: 3, call: 4 };

/** One message: where it was written, and what became of it. Any part of it may be missing. */
interface Message {
  readonly id: string;
  create?: Span;
  sends: Span[];
  processes: Span[];
}

/** By the id of the span that created the message, which the others have as their parent, or as a link where time breaks. */
function messagesOf(spans: readonly Span[], byId: ReadonlyMap<string, Span>): ReadonlyMap<string, Message> {
  const messages = new Map<string, Message>();
  const of = (id: string): Message => {
    const found = messages.get(id) ?? { id, sends: [], processes: [] };
    messages.set(id, found);
    return found;
  };
  for (const span of spans) {
    if (span.kind === 'producer') of(span.spanId).create = span;
    else if (isSend(span) && span.parentId) of(span.parentId).sends.push(span);
    else if (span.kind === 'consumer') of(causeOf(span, byId)).processes.push(span);
  }
  return messages;
}

/** A redriven dead letter and a timer have a new root, and name what caused them by a link. */
function causeOf(span: Span, byId: ReadonlyMap<string, Span>): string {
  if (span.parentId && byId.has(span.parentId)) return span.parentId;
  return span.links.find(({ spanId }) => byId.has(spanId))?.spanId ?? span.parentId ?? span.links[0]?.spanId ?? span.spanId;
}

const isSend = ({ kind, attributes }: Span) => kind === 'client' && attributes['messaging.operation.type'] === 'send';

function stepsOf(span: Span, byId: ReadonlyMap<string, Span>, messages: ReadonlyMap<string, Message>): Step[] {
  const base = { id: span.spanId, span, at: span.startMs };
  const me = serviceLine(span.replica);
  const workedMs = span.endMs - span.startMs;
  if (span.kind === 'server') {
    const label = `${span.name}${span.attributes['http.response.status_code'] ? ` → ${span.attributes['http.response.status_code']}` : ''}`;
    const tone = span.error !== undefined ? 'failure' : toneOf(span.name);
    return [{ ...base, kind: 'request', from: CLIENT, to: me, label, tone, workedMs }];
  }
  if (span.kind === 'producer') {
    const type = typeOf(span);
    return [{ ...base, kind: 'write', from: me, to: outboxLine(span.service), label: type, tone: toneOf(type) }];
  }
  if (isSend(span)) return [sendStep(span, messages.get(span.parentId ?? ''), byId)];
  if (span.kind === 'consumer') return [handleStep(span, messages.get(causeOf(span, byId)))];
  if (span.kind === 'client') {
    const tone = span.error !== undefined ? 'failure' : toneOf(span.name);
    return [{ ...base, kind: 'call', from: me, to: outsideLine(span), label: span.name, tone, workedMs }];
  }
  return [];
}

function sendStep(span: Span, message: Message | undefined, byId: ReadonlyMap<string, Span>): Step {
  const type = typeOf(message?.create ?? span);
  const waited = span.attributes['waybill.outbox.wait_ms'];
  const writer = message?.create ?? byId.get(span.parentId ?? '') ?? span;
  return {
    id: span.spanId,
    kind: 'send',
    span,
    // A broker hands a message on before its sender hears that it is there.
    at: Math.min(span.endMs, ...(message?.processes ?? []).map(({ startMs }) => startMs)),
    from: outboxLine(writer.service),
    to: brokerLine(span, message),
    label: type,
    tone: span.error !== undefined ? 'failure' : toneOf(type),
    ...(typeof waited === 'number' && { waitedMs: waited }),
  };
}

function handleStep(span: Span, message: Message | undefined): Step {
  const type = typeOf(message?.create ?? span);
  const outcome = outcomeOf(span);
  // Of several copies the last one that was sent before.
  const sent = message?.sends.filter(({ endMs }) => endMs <= span.startMs).at(-1) ?? message?.sends[0];
  const given = Number(span.attributes['waybill.attempt']);
  // A copy of what was handled before is no attempt.
  const attempt = outcome === 'duplicate' ? 1 : Number.isInteger(given) && given > 0 ? given : attemptOf(span, message);
  return {
    id: span.spanId,
    kind: 'handle',
    span,
    at: span.startMs,
    from: brokerLine(span, message),
    to: serviceLine(span.replica),
    label: type,
    tone: outcome === 'duplicate' ? 'duplicate' : outcome === 'handled' && span.error === undefined ? toneOf(type) : 'failure',
    outcome,
    workedMs: span.endMs - span.startMs,
    ...(attempt > 1 && { attempt }),
    // The consumer may be told before the publisher is: that is no wait.
    ...(sent && attempt === 1 && outcome !== 'duplicate' && { waitedMs: Math.max(0, span.startMs - sent.endMs) }),
  };
}

const outcomeOf = ({ attributes, error }: Span): string =>
  String(attributes['waybill.outcome'] ?? (error === undefined ? 'handled' : 'failed'));

/** Without a number of its own: which one of its service's tries of this message it is. */
const attemptOf = (span: Span, message: Message | undefined): number =>
  1 +
  (message?.processes.filter((other) => other.service === span.service && outcomeOf(other) !== 'duplicate').indexOf(span) ?? 0);

/** A message that was handled has been sent: a replica that died took the span with it, and not the message. */
function unseenSends(messages: ReadonlyMap<string, Message>): Step[] {
  return [...messages.values()].flatMap((message) => {
    const { create, sends, processes } = message;
    const first = processes[0];
    if (!create || !first || sends.length > 0) return [];
    return [
      {
        id: `${message.id}-send`,
        kind: 'send',
        from: outboxLine(create.service),
        to: brokerLine(first, message),
        label: typeOf(create),
        tone: 'unseen',
        at: first.startMs,
      } satisfies Step,
    ];
  });
}

const CLIENT = 'client';
const BALANCER = 'nginx';
const serviceLine = (replica: string) => `service:${replica}`;
const outboxLine = (service: string) => `outbox:${service}`;

/** RabbitMQ's sender knows the exchange, and only the one who takes the message knows the queue: that is the place. */
function brokerLine(span: Span, message: Message | undefined): string {
  const seen = message?.processes.find(({ service }) => service === span.service) ?? message?.processes[0] ?? span;
  const { attributes } = seen;
  const name = attributes['messaging.destination.name'] ?? span.attributes['messaging.destination.name'] ?? '?';
  const kafka = attributes['messaging.system.name'] === 'kafka';
  return `${kafka ? 'topic' : 'queue'}:${name}`;
}

const OUTSIDE: Readonly<Record<string, string>> = { payment: 'provider', notification: 'mail server' };
const outsideLine = ({ service }: Span) => `outside:${OUTSIDE[service] ?? 'outside'}`;

/** The message's type from its attribute, else from the name of the span: `create payment.charge.v1`. */
function typeOf({ attributes, name }: Span): string {
  const given = attributes['waybill.message.type'];
  if (typeof given === 'string') return given;
  const routed = attributes['rabbitmq.destination.routing_key'];
  if (typeof routed === 'string') return routed;
  return /\b[a-z][\w-]*\.[a-z][\w-]*\.v\d+\b/.exec(name)?.[0] ?? name.replace(/^(create|send|process) /, '');
}

const TAKES_BACK = /cancel|refund|void|revers|expire|declin/;
const toneOf = (what: string): Tone => (TAKES_BACK.test(what) ? 'compensation' : 'forward');

/** In the order of the way that an order takes: who asks first, then each service with its outbox and the places behind it. */
function lifelinesOf(steps: readonly Step[]): Lifeline[] {
  const ids = new Set(steps.flatMap(({ from, to }) => [from, to]));
  const all = ids.has(CLIENT) ? [CLIENT, BALANCER, ...[...ids].filter((id) => id !== CLIENT)] : [...ids];
  const firstSeen = new Map(all.map((id, index) => [id, index]));
  return all
    .map(lifelineOf)
    .sort((one, other) => rankOf(one) - rankOf(other) || firstSeen.get(one.id)! - firstSeen.get(other.id)!);
}

const LABELS: Readonly<Record<string, PlaceKind>> = { [CLIENT]: 'client', [BALANCER]: 'balancer' };

function lifelineOf(id: string): Lifeline {
  const kind = LABELS[id];
  if (kind) return { id, kind, label: id };
  const [, given, label] = /^(\w+):(.*)$/s.exec(id)!;
  return { id, kind: given as PlaceKind, label: given === 'outbox' ? `outbox (${label})` : label! };
}

const SERVICES = ['order', 'payment', 'notification'];

/** Client, nginx; then for each service: the places that it takes from, its replicas, its outbox, what it calls. */
function rankOf({ id, kind, label }: Lifeline): number {
  if (kind === 'client') return -2;
  if (kind === 'balancer') return -1;
  const name = kind === 'outbox' ? id.slice('outbox:'.length) : label;
  const owner =
    kind === 'outside'
      ? Object.entries(OUTSIDE).find(([, outside]) => outside === label)?.[0]
      : kind === 'topic'
        ? // Behind the one who writes it.
          name.split('.')[0]
        : ownerOf(name);
  const service = SERVICES.indexOf(owner ?? '');
  const within: Readonly<Partial<Record<PlaceKind, number>>> = { queue: 0, service: 1, outbox: 2, outside: 3, topic: 4 };
  return (service < 0 ? SERVICES.length : service) * 10 + (within[kind] ?? 9);
}

/** `payment-2`, `payment-9f1c` of a container and `payment.work` belong to payment. */
const ownerOf = (name: string): string => name.split(/[-@.]/, 1)[0]!;

function sumsOf(steps: readonly Step[]): Pick<Timeline, 'waitedMs' | 'workedMs'> {
  const sum = (kinds: readonly StepKind[], of: (step: Step) => number | undefined) =>
    steps.filter(({ kind }) => kinds.includes(kind)).reduce((total, step) => total + (of(step) ?? 0), 0);
  const outside = sum(['call'], ({ workedMs }) => workedMs);
  return {
    waitedMs: { outbox: sum(['send'], ({ waitedMs }) => waitedMs), brokers: sum(['handle'], ({ waitedMs }) => waitedMs) },
    workedMs: { services: Math.max(0, sum(['request', 'handle'], ({ workedMs }) => workedMs) - outside), outside },
  };
}
