import { orderOf, type Span } from '../traces/span.js';

/** Something that happened a moment ago, as small as the map needs it. Which way it came here the pages need not know. */
export interface LiveItem {
  readonly at: number;
  readonly what: 'accepted' | 'asked' | 'created' | 'sent' | 'handled' | 'duplicate' | 'parked' | 'dead' | 'failed' | 'called';
  /** The message's type, or the request. */
  readonly name: string;
  readonly service: string;
  readonly replica: string;
  /** The queue or topic, or the host that was called. */
  readonly place?: string;
  readonly order?: string;
  readonly trace: string;
}

const OUTCOMES: Readonly<Record<string, LiveItem['what']>> = {
  handled: 'handled',
  duplicate: 'duplicate',
  parked: 'parked',
  dead: 'dead',
};

/** What a span tells of the moment in which it ended; nothing of work that is inside of a process. */
export function itemOf(span: Span): LiveItem | undefined {
  const what = whatOf(span);
  if (!what) return undefined;
  const place = span.attributes['messaging.destination.name'] ?? span.attributes['server.address'];
  const order = orderOf(span);
  return {
    at: span.endMs,
    what,
    name: messageOf(span) ?? span.name,
    service: span.service,
    replica: span.replica,
    ...(place !== undefined && { place: String(place) }),
    ...(order !== undefined && { order }),
    trace: span.traceId,
  };
}

/** An order is taken: it will settle, whatever dies. */
const ACCEPTED = /^POST \/api\/orders$/;

function whatOf({ kind, name, attributes, error }: Span): LiveItem['what'] | undefined {
  const messaging = attributes['messaging.operation.type'] !== undefined;
  switch (kind) {
    case 'server':
      return ACCEPTED.test(name) && attributes['http.response.status_code'] === 202 ? 'accepted' : 'asked';
    case 'producer':
      return 'created';
    case 'client':
      return messaging ? (error === undefined ? 'sent' : 'failed') : error === undefined ? 'called' : 'failed';
    case 'consumer':
      // Fenced, rolled back and whatever else there is: nothing was done.
      return OUTCOMES[String(attributes['waybill.outcome'])] ?? 'failed';
    case 'internal':
      return undefined;
  }
}

/** `create payment.charge.v1` as `payment.charge.v1`. */
const messageOf = ({ attributes, name }: Span): string | undefined => {
  const type = attributes['waybill.message.type'];
  return typeof type === 'string' ? type : /\b[a-z][\w-]*\.[a-z][\w-]*\.v\d+\b/.exec(name)?.[0];
};
