import { createServer, request, type Server } from 'node:http';
import type { Identity } from './identity.ts';

/**
 * The supervisor takes its orders over a Unix socket in the instance's folder: only its owner can reach it, and no port
 * is needed. A socket's path may not exceed 107 bytes, wherever the clone lies; the supervisor therefore listens on the
 * bare name in its own working folder, and others reach that folder through /proc.
 */
export const SOCKET = 'control.sock';
export const socketOf = ({ pid }: Pick<Identity, 'pid'>, name = SOCKET) => `/proc/${pid}/cwd/${name}`;

export type Handler = (argument: string) => unknown | Promise<unknown>;

/** Serves `POST /VERB/ARGUMENT` with a handler each; the answer is JSON. */
export function listen(verbs: Readonly<Record<string, Handler>>, socket = SOCKET): Promise<Server> {
  const server = createServer((incoming, response) => {
    const [, verb = '', argument = ''] = (incoming.url ?? '').split('/').map(decodeURIComponent);
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
    Promise.resolve()
      .then(() => {
        const handler = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
        if (!handler) throw new Error(`The supervisor does not know "${verb}".`);
        return handler(argument);
      })
      .then(
        (body) => answer(200, body),
        (error: Error) => answer(500, { error: error.message }),
      );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, () => resolve(server));
  });
}

/** True when the supervisor answers: one that hangs, or that somebody suspended, is alive and does not. */
export const isAnswering = (supervisor: Identity): Promise<boolean> =>
  ask(supervisor, 'ping', '', AbortSignal.timeout(5_000)).then(
    () => true,
    () => false,
  );

/** Sends one order and waits for its answer; an order that failed is thrown with the supervisor's words. */
export function ask<T = unknown>(supervisor: Identity, verb: string, argument = '', signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const path = `/${verb}/${encodeURIComponent(argument)}`;
    const options = { socketPath: socketOf(supervisor), path, method: 'POST', agent: false, ...(signal ? { signal } : {}) };
    const outgoing = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.once('error', reject);
      response.once('end', () => {
        const body = JSON.parse(text) as T & { error?: string };
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(body.error ?? text));
      });
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
