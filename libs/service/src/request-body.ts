import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './problem.js';

/**
 * Throws at the first byte that is no UTF-8: a letter that is replaced would make one customer of two. Drops a byte order
 * mark.
 */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * JSON in UTF-8 is the only language of a body. An empty body is the same as none, whatever its header says. A route that
 * needs a body names it as the wrong field, and a route that needs none accepts it. Fastify's own parser still refuses
 * `__proto__` and `constructor`.
 */
export function readBodiesAsJson(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, ({ headers }, body, done) => {
    if (body.length === 0) return done(null, undefined);
    const problem = refusalOf(headers);
    if (problem) return done(problem);
    try {
      // Which request it is says nothing to the parser.
      void parseJson(undefined as never, utf8.decode(body), done);
    } catch {
      done(new Problem(400, 'The body is not UTF-8: send JSON in UTF-8.'));
    }
  });
  fastify.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) =>
    body.length === 0 ? done(null, undefined) : done(unsupported('The body is not JSON: send it as application/json.')),
  );
}

function refusalOf(headers: IncomingHttpHeaders): Problem | undefined {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = headers;
  if (coding.trim().toLowerCase() !== 'identity') {
    return new Problem(415, `Content-Encoding ${coding} is not understood: send the body as it is.`, {
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  const charsets = [...type.matchAll(/;\s*charset\s*=\s*"?([^\s";]*)/gi)].map(([, charset]) => charset!);
  const other = charsets.find((charset) => !isUtf8(charset));
  return other === undefined ? undefined : unsupported(`The charset ${other} is not understood: send JSON in UTF-8.`);
}

const unsupported = (detail: string) => new Problem(415, detail, { headers: { Accept: 'application/json' } });

/** By any of its names (https://encoding.spec.whatwg.org). */
function isUtf8(charset: string): boolean {
  try {
    return new TextDecoder(charset).encoding === 'utf-8';
  } catch {
    return false;
  }
}
