import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import { InteractionRoutes } from './interaction-routes.js';
import type { Issuer } from './issuer.js';
import { register } from './metrics.js';
import { STYLE_PATH } from './pages/pages.js';
import { STYLE } from './pages/style.js';
import { SignIn } from './sign-in.js';
import { SignInLimit } from './sign-in-limit.js';
import { pairIn, showNewestPair, type Tls } from './tls.js';

/** A client that sends its request byte by byte holds a connection no longer than this. */
const REQUEST_TIMEOUT_MS = 10_000;

/** What programs ask for. It carries no cookie, so that it does not matter by which name this process was reached. */
const FOR_PROGRAMS = /^\/(health\/(live|ready)|metrics|jwks|token|token\/revocation|\.well-known\/openid-configuration)$/;

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Over which this process is reached. */
interface Servers {
  /** By browsers, at the issuer's own name: on this machine that is loopback. */
  readonly http: Server;
  /** By other processes. Left out: they come by the first one too. */
  readonly https?: Server;
}

export function createServers(config: Config, database: Pool, issuer: Issuer, log: Logger): Servers {
  const listener = answering(config, database, issuer, log);
  const limited = (server: Server): Server => Object.assign(server, { requestTimeout: REQUEST_TIMEOUT_MS });
  return {
    http: limited(createHttpServer(listener)),
    ...(config.https && { https: limited(httpsServer(config.https.tls, listener, log)) }),
  };
}

function httpsServer(tls: Tls, listener: RequestListener, log: Logger): Server {
  const server = createHttpsServer(pairIn(tls), listener);
  showNewestPair(server, tls, log);
  return server;
}

/** Everything that is answered here: health, metrics, the pages, and the protocol itself by oidc-provider. */
function answering(config: Config, database: Pool, issuer: Issuer, log: Logger): RequestListener {
  const { host, protocol } = new URL(config.issuer);
  const headers = headersFor(config);
  const interactions = new InteractionRoutes(
    issuer,
    new SignIn(database, new SignInLimit(database, config.signInWaitMs)),
    config.issuer,
  );
  const own: Readonly<Record<string, Answer>> = {
    '/health/live': (_, response) => json(response, 200, { status: 'ok' }),
    '/health/ready': (_, response) => ready(database, response),
    '/metrics': async (_, response) =>
      void response.writeHead(200, { 'Content-Type': register.contentType }).end(await register.metrics()),
    [STYLE_PATH]: (_, response) => void response.writeHead(200, { 'Content-Type': 'text/css; charset=utf-8' }).end(STYLE),
  };

  const answer: Answer = async (request, response) => {
    const path = (request.url ?? '').split('?')[0]!;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    // Another name may be an attacker's that points here: such a page would be of one origin with this one.
    if (!FOR_PROGRAMS.test(path) && request.headers.host !== host) return json(response, 421, { error: 'wrong_host' });
    named(request, host, protocol);
    if (Object.hasOwn(own, path)) return own[path]!(request, response);
    if (path.startsWith('/interaction/')) return interactions.answer(request, response);
    await issuer.provider.callback()(request, response);
  };
  return (request, response) => {
    Promise.resolve(answer(request, response)).catch((error: unknown) => {
      log.error({ err: error, path: request.url?.split('?')[0] }, 'A request failed for a reason on our side.');
      if (response.headersSent) response.destroy();
      else json(response, 500, { error: 'server_error' });
    });
  };
}

/**
 * The issuer has one name, by whichever it is asked: oidc-provider takes host and protocol from the request, and writes them into
 * the discovery document and into redirects.
 */
function named(request: IncomingMessage, host: string, protocol: string): void {
  request.headers.host = host;
  request.headers['x-forwarded-proto'] = protocol.replace(':', '');
  delete request.headers['x-forwarded-host'];
  delete request.headers['x-forwarded-for'];
}

function headersFor({ issuer, publicOrigins, operationsOrigins }: Config): Readonly<Record<string, string>> {
  // A browser follows the answer to a form only where this names it: after the sign-in that is the page that wanted it.
  const after = [...publicOrigins, ...operationsOrigins].join(' ');
  return {
    'Content-Security-Policy': `default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; form-action 'self' ${after}; base-uri 'none'; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    // Without it a form's Origin would be `null`, and could not be compared.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    ...(issuer.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
  };
}

async function ready(database: Pool, response: ServerResponse): Promise<void> {
  const there = await database.query('SELECT 1').then(
    () => true,
    () => false,
  );
  json(response, there ? 200 : 503, { status: there ? 'ok' : 'error', database: there ? 'up' : 'down' });
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body));
}
