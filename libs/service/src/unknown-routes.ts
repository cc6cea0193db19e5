import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem } from './problem.js';

interface Path {
  readonly pattern: RegExp;
  readonly methods: string[];
}

/**
 * Answers a client that asks for a route that is not there. When the path has other methods, a 405 with `Allow` names them,
 * and OPTIONS gets 204. When the path has a slash too many, the answer names the path without it. This must be registered
 * before the routes.
 */
export function helpWithUnknownRoutes(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const paths = new Map<string, Path>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const path = paths.get(url) ?? { pattern: patternOf(url), methods: [] };
    path.methods.push(...[method].flat());
    paths.set(url, path);
  });
  const methodsAt = (path: string) => [...paths.values()].find(({ pattern }) => pattern.test(path))?.methods;

  fastify.addHook('onRequest', (request, reply, done) => {
    const path = request.url.split('?', 1)[0]!;
    // The router takes an empty end for an id: /api/orders/ would be an order without one.
    if (!request.is404 && !path.endsWith('/')) return done();
    const methods = methodsAt(path);
    if (!methods) return done(new Problem(404, nothingAt(path, methodsAt)));
    // In the balancers' order: GET, HEAD, OPTIONS.
    const allow = [...new Set([...methods.toSorted(), 'OPTIONS'])].join(', ');
    if (request.method === 'OPTIONS') return void reply.code(204).header('Allow', allow).send();
    done(new Problem(405, `${path} has no ${request.method}: it has ${allow}.`, { headers: { Allow: allow } }));
  });
}

function nothingAt(path: string, isThere: (path: string) => unknown): string {
  // Without the first part the search would begin anew at each of a thousand slashes.
  const bare = path.replace(/(?<!\/)\/+$/, '');
  return bare !== path && isThere(bare)
    ? `There is nothing at ${path}: it is ${bare}, without the slash at its end.`
    : `There is nothing at ${path}.`;
}

/** Of a path with `:name` in place of a segment. */
const patternOf = (url: string) => new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
