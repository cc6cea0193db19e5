import { AsyncLocalStorage } from 'node:async_hooks';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem } from '../problem.js';
import { sessionIn } from './cookies.js';
import type { Session, Sessions } from './sessions.js';

type Fastify = ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance'] extends () => infer Instance
  ? Instance
  : never;

/** What belongs to nobody: customers that the console itself has made up, for an audit that has no browser. */
const FOR_EVERYBODY = '/console/api/traffic/ledger';

const asking = new AsyncLocalStorage<Session>();

/** The person whose request is being answered. Undefined: this console asks nobody to sign in. */
export const whoAsks = (): Session | undefined => asking.getStore();

/** Everything that the pages ask for is for a person who has signed in. Services send their spans to another address. */
export function requireSession(fastify: Fastify, sessions: Sessions): void {
  fastify.addHook('onRequest', async (request) => {
    const path = request.url.split('?')[0]!;
    if (!path.startsWith('/console/api/') || path === FOR_EVERYBODY) return;
    const id = sessionIn(request.headers.cookie);
    const session = sessions.find(id);
    if (!session) throw new Problem(401, 'Nobody has signed in.');
    // Asks the issuer when the token runs out, so that a session that has ended there ends here.
    await session.token().catch((error: unknown) => {
      if (error instanceof Problem && error.status === 401) sessions.end(id!);
      throw error;
    });
  });
  // Behind the reading of a body, whose events come from elsewhere and would lose it.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const session = sessions.find(sessionIn(request.headers.cookie));
    if (session) asking.run(session, done);
    else done();
  });
}
