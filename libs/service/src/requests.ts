import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ATTRIBUTE, contextIn, HistogramWithExemplars, Span } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { refusalOf } from './identity/guard.js';

const requestSeconds = new HistogramWithExemplars({
  name: 'waybill_http_request_seconds',
  help: 'Requests and their duration, by method, route template and status',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

const REQUEST_ID = /^[\w.-]{1,64}$/;
const log = new Logger('Http');

/** The id that the client or nginx gave a request, if it can be trusted in a log, or a new one. */
export function requestId({ headers }: { headers: Record<string, unknown> }): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/**
 * Runs around every request. The request is the root of a trace, and the messages that it sends carry that trace on. A
 * `traceparent` header is linked to and not followed: anybody may write it, and would decide what we record, and where. The
 * answer has the request's id. The request is counted, and logged in one line when it is answered.
 */
export function followRequests(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();

  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    const span = begin(request);
    spans.set(request, span);
    span.run(done);
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    // Labels are templates: an id in a label would make a new series with every order.
    const route = routeOf(request);
    const { method, url } = request;
    const { statusCode: status, elapsedTime: milliseconds } = reply;
    const span = spans.get(request);
    const tell = () => {
      if (isProbe(route)) {
        count({ method, route, status, milliseconds });
        log.debug({ requestId: request.id, method, url, status }, 'probe');
      } else {
        const location = reply.getHeader('location');
        const reason = refusalOf(request);
        tellRequest({ requestId: request.id, method, route, url, location, status, milliseconds, reason });
      }
    };
    if (span) span.run(tell);
    else tell();
    // The key is that of the order's messages: a cancel is a trace of its own, and is found with the order's first trace. An
    // order that was only read, or that does not exist, gets no trace by it.
    const about = () => ({
      [ATTRIBUTE.httpMethod]: method,
      [ATTRIBUTE.httpRoute]: route,
      [ATTRIBUTE.httpStatus]: status,
      [ATTRIBUTE.errorType]: status >= 500 ? String(status) : undefined,
      [ATTRIBUTE.key]: changes(method) && status < 400 ? orderOf(inOneForm(url), reply.getHeader('location')) : undefined,
    });
    span?.end(about, { failed: status >= 500 });
    done();
  });
}

/** The part of Fastify's request that names it. */
interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly routeOptions: { readonly url?: string | undefined };
}

const spans = new WeakMap<Asked, Span>();

/** Probes are not recorded: they would take the place of what people ask for. */
function begin(request: Asked): Span {
  const route = routeOf(request);
  const given = request.headers['traceparent'];
  const outside = typeof given === 'string' ? contextIn(given) : undefined;
  const recorded = isProbe(route) ? false : undefined;
  return new Span('server', `${request.method} ${route}`, { recorded, links: outside ? [outside] : [] });
}

const routeOf = (request: Asked) => request.routeOptions.url ?? NO_ROUTE;

/** What is known of a request that was answered. Of a request that could not be read that may be very little. */
interface Answered {
  readonly method: string;
  readonly status: number;
  readonly milliseconds?: number;
  readonly route?: string;
  readonly url?: string;
  readonly location?: unknown;
  readonly [more: string]: unknown;
}

/** Counts a request and writes its line. */
export function tellRequest({ milliseconds = 0, route = NO_ROUTE, ...line }: Answered): void {
  count({ method: line.method, route, status: line.status, milliseconds });
  const url = line.url === undefined ? undefined : withoutToken(inOneForm(line.url));
  log.log({ ...line, url, orderId: orderOf(url, line.location), durationMs: Math.round(milliseconds) }, 'request');
}

/** The order that a request names in its address. Only the answer of a POST names the order that it made. */
export const orderOf = (url = '', location?: unknown): string | undefined =>
  (ORDER.exec(url) ?? ORDER.exec(String(location)))?.[1];

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const ORDER = new RegExp(`(?:^/api/orders/|[?&]orderId=)(${UUID.source})`);

/** Writes ids as every other line has them: a search for an order must also find the request that wrote its id in capitals. */
const inOneForm = (url: string) => url.replaceAll(UUID, (id) => id.toLowerCase());

/** A token in an address opens nothing here. It may still be good elsewhere, and a log is read by many. */
export const withoutToken = (url: string): string => url.replaceAll(/([?&;](?:access|id|refresh)_token=)[^&;#]+/gi, '$1...');

function count({
  method,
  route,
  status,
  milliseconds,
}: Required<Pick<Answered, 'method' | 'route' | 'status' | 'milliseconds'>>) {
  requestSeconds.observe({ method, route, status }, milliseconds / 1000);
}

const changes = (method: string) => method !== 'GET' && method !== 'HEAD';

const NO_ROUTE = 'none';
const isProbe = (route: string) => route === '/metrics' || route.startsWith('/health/');
