import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Counter } from 'prom-client';
import { Problem } from '../problem.js';
import { AccessTokens, TokenRefused, type IdentityConfig } from './access-tokens.js';
import { admits, type Audience } from './audience.js';
import type { Identity } from './identity.js';
import { KeysUnknown, SigningKeys } from './signing-keys.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whom the route is for. `@Described` and `@For` say it. */
    readonly for?: Audience;
  }
}

const refusedRequests = new Counter({
  name: 'waybill_http_refused_total',
  help: 'Requests that the guard has refused, by the answer and the reason',
  labelNames: ['status', 'reason'] as const,
});

/** Without an issuer nobody signs in, and everybody may do what a program of ours may. A process always has an issuer. */
const EVERYBODY: Identity = {
  subject: 'everybody',
  roles: ['machine', 'operator'],
  client: 'nobody',
  email: undefined,
};

const identities = new WeakMap<object, Identity>();
const reasons = new WeakMap<object, string>();

/** Who asks, of a request that the guard has let through to a route with roles. */
export function identityOf(request: object): Identity {
  const identity = identities.get(request);
  if (!identity) throw new Error('Nobody is known to ask: the route is for anyone, or no guard has seen the request.');
  return identity;
}

/** Why the guard has refused a request, for its line in the log. */
export const refusalOf = (request: object): string | undefined => reasons.get(request);

/**
 * Lets a request through to a route that is for its sender. This runs before the body is read, so a stranger's body is
 * never parsed. A route that does not say whom it is for stops the service from starting. (A guard of Nest would also stand
 * before the handlers of messages, which nobody signs in for.)
 */
export function guardRoutes(
  app: NestFastifyApplication,
  config: IdentityConfig | undefined,
  keys = config && new SigningKeys(config.keysUrl),
): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', ({ method, url, config }) => {
    if (config?.for === undefined) throw new Error(`${[method].flat().join(', ')} ${url} does not say whom it is for.`);
  });

  const tokens = config && new AccessTokens(config, keys!);
  fastify.addHook('onRequest', (request, reply, done) => {
    const audience = request.routeOptions.config.for;
    // Where no route is, helpWithUnknownRoutes has answered.
    if (audience === undefined || audience === 'anyone') return done();
    // What is meant for one person stays in no cache.
    void reply.header('Cache-Control', 'no-store');

    const enter = (identity: Identity | undefined) => {
      const answer = admits(audience, identity);
      if (answer !== 'yes') return refuse(answer);
      identities.set(request, identity!);
      done();
    };
    const refuse = (answer: keyof typeof REFUSALS, reason: string = answer) => {
      const problem = REFUSALS[answer];
      refusedRequests.inc({ status: problem.status, reason });
      reasons.set(request, reason);
      done(problem);
    };

    if (!tokens) return enter(EVERYBODY);
    const { authorization } = request.headers;
    if (authorization === undefined) return enter(undefined);
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return refuse('bad token', 'no bearer token');
    const identity = tokens.known(token);
    if (identity) return enter(identity);
    tokens.verify(token).then(enter, (error: unknown) => {
      if (error instanceof TokenRefused) refuse('bad token', error.reason);
      else if (error instanceof KeysUnknown) refuse('keys unknown');
      else done(error as Error);
    });
  });
}

/** A token in the address would be in logs, in histories and in what other sites are told: it counts as none. */
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;

const SIGN_IN = 'Sign in, and send your access token: Authorization: Bearer TOKEN.';
const challenge = (more = '') => ({ headers: { 'WWW-Authenticate': `Bearer realm="waybill"${more}` } });

/** The same words whatever is wrong with a token: what would be right is no forger's business (RFC 6750). */
const REFUSALS = {
  'sign in': new Problem(401, SIGN_IN, challenge()),
  'bad token': new Problem(401, SIGN_IN, challenge(', error="invalid_token"')),
  'not for this role': new Problem(403, 'This is not for your role.', challenge(', error="insufficient_scope"')),
  'keys unknown': new Problem(503, 'Nobody can sign in at this moment. Send the request again.', { retryAfterSeconds: 2 }),
};
