import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem } from './problem.js';

/**
 * Headers that may stand once in a request (RFC 9110, and the Idempotency-Key). Of two, Node keeps the first or joins them, by
 * the header's name, and a balancer in front may keep the other one. X-Request-Id and traceparent are not here: they say
 * nothing about the request, and new values replace bad ones.
 */
const ONCE = new Set([
  'authorization',
  'content-length',
  'content-location',
  'content-type',
  'date',
  'from',
  'host',
  'idempotency-key',
  'if-modified-since',
  'if-range',
  'if-unmodified-since',
  'max-forwards',
  'origin',
  'proxy-authorization',
  'range',
  'referer',
  'user-agent',
]);

/** Refuses a request whose meaning nobody can know. */
export function refuseUnclearHeaders(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', ({ raw }, _reply, done) => {
    const repeated = repeatedHeader(raw.rawHeaders);
    if (repeated !== undefined) return done(new Problem(400, `The header ${repeated} stands twice: send it once.`));
    // Node would refuse it without a word.
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined)
      return done(new Problem(400, 'The header Host is missing: HTTP/1.1 needs it.'));
    done();
  });
}

/** The first header that stands again though it may stand once. Names and values take turns in `rawHeaders`. */
export function repeatedHeader(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (seen.has(name)) return rawHeaders[at];
    if (ONCE.has(name)) seen.add(name);
  }
  return undefined;
}
