import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem } from './problem.js';
import { requestId, tellRequest } from './requests.js';

/**
 * What Node's parser says, where that is more than that it cannot go on. Its words are for developers, and may quote a header.
 */
const UNREADABLE: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: new Problem(431, 'The header of the request is too large.'),
  HPE_INVALID_METHOD: new Problem(400, 'The method of the request is not known.'),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem(408, 'The request came too slowly.'),
};
const UNKNOWN = new Problem(400, 'The request cannot be read.');

/** The answer that a connection has had last, or gets at this moment. */
const lastAnswers = new WeakMap<Duplex, ServerResponse>();

/**
 * Answers bytes that are no request. The service knows only where they broke. The bytes that follow on this connection are no
 * request either, so the connection ends.
 */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  // The client has gone. Or its request has its answer, and what cannot be read is the rest of that request: a balancer would give a second
  // answer to whom it sends next on this connection.
  const answer = lastAnswers.get(socket);
  const answered = answer?.headersSent && !(answer.req.complete && answer.writableFinished);
  if (error.code === 'ECONNRESET' || !socket.writable || answered) return void socket.destroy(error);
  endWith(socket, UNREADABLE[error.code ?? ''] ?? UNKNOWN, { reason: error.code });
}

/** Fastify refuses a URL that cannot be decoded before there is a route, and past every filter. */
export function refuseUrl(
  { statusCode = 400 }: { statusCode?: number },
  _request: unknown,
  reply: { raw: ServerResponse },
): void {
  answerPastRoutes(reply.raw, new Problem(statusCode, 'The URL cannot be read.'));
}

/** Node itself would answer these, or hang up, without a body and without a line. */
export function refuseWhatNodeWould(app: NestFastifyApplication): void {
  const server = app.getHttpServer() as Server;
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => lastAnswers.set(socket, response));
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) =>
    answerPastRoutes(response, new Problem(417, 'Nothing is known of what Expect asks for: leave it out.')),
  );
  server.on('connect', ({ method }: IncomingMessage, socket: Duplex) =>
    endWith(socket, new Problem(405, 'This is no proxy.', { headers: { Allow: 'GET, HEAD, POST, OPTIONS' } }), {
      method: method!,
    }),
  );
}

function answerPastRoutes(response: ServerResponse, problem: Problem): void {
  const { req } = response;
  const id = requestId(req);
  response.writeHead(problem.status, { ...headersOf(problem), 'X-Request-Id': id }).end(bodyOf(problem));
  tellRequest({ requestId: id, method: req.method!, url: req.url!, status: problem.status });
}

function endWith(socket: Duplex, problem: Problem, known: { method?: string; reason?: string | undefined }): void {
  const body = bodyOf(problem);
  const headers = { ...headersOf(problem), 'Content-Length': Buffer.byteLength(body), Connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${problem.toBody().title}\r\n${lines.join('')}\r\n${body}`);
  tellRequest({ method: 'none', ...known, status: problem.status });
}

const headersOf = (problem: Problem) => ({ ...problem.headers, 'Content-Type': 'application/problem+json' });
const bodyOf = (problem: Problem) => JSON.stringify(problem.toBody());
