import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem } from './problem.js';

interface Path {
  readonly pattern: RegExp;
  readonly methods: string[];
}

/**
 * Tells a client that asks for what is not there what is: a path that has other methods answers 405 with `Allow`, and OPTIONS with 204;
 * one with a slash too many names the one without. Must be there before the routes are.
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
    // The router takes an empty end for an id: /api/orders/ would be the order without one.
    if (!request.is404 && !path.endsWith('/')) return done();
    const methods = methodsAt(path);
    if (!methods) return done(new Problem(404, nothingAt(path, methodsAt)));
    // As the balancers say it: GET, HEAD, OPTIONS.
    const allow = [...new Set([...methods.toSorted(), 'OPTIONS'])].join(', ');
    if (request.method === 'OPTIONS') return void reply.code(204).header('Allow', allow).send();
    done(new Problem(405, `${path} has no ${request.method}: it has ${allow}.`, { headers: { Allow: allow } }));
  });
}

function nothingAt(path: string, isThere: (path: string) => unknown): string {
  const bare = path.replace(/\/+$/, '');
  return bare !== path && isThere(bare)
    ? `There is nothing at ${path}: it is ${bare}, without the slash at its end.`
    : `There is nothing at ${path}.`;
}

/** Of a path with `:name` in place of a segment. */
const patternOf = (url: string) => new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
