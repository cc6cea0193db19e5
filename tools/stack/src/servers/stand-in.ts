import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as a replica got it. */
export interface Asked {
  readonly by: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** How often this replica had been asked for its health by then. */
  readonly checked: number;
}

/** What becomes of a request: by default it is answered with 202 for a POST and 200 for anything else. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export const hangUp: Answer = (request) => request.socket.destroy();
/** Dies when so much of an answer is out. */
export const breaksOff =
  (after: string): Answer =>
  ({ socket }) =>
    socket.write(after, () => socket.destroy());
export const saysNothing: Answer = () => undefined;
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(code, headers).end();

/** Stands in for the replicas of all services, so that a spec decides what a replica does and sees what it is asked. */
export class StandIns {
  readonly asked: Asked[] = [];
  /** Used up one by one, whichever replica is asked. */
  next: Answer[] = [];
  /** What a replica says of whether it serves. */
  readonly health = new Map<string, string>();
  /** How often each was asked for its health. */
  readonly checks = new Map<string, number>();
  private readonly servers: Server[] = [];

  /** A replica more; its port. As the services do, it lets in who shows a certificate. Without one of its own it speaks clear text. */
  async add(name: string, tls?: { readonly ca: string; readonly pair: string }): Promise<number> {
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      request.resume().once('end', () => this.answer(name, request, response));
    };
    const server = tls
      ? createHttpsServer({ ca: tls.ca, key: tls.pair, cert: tls.pair, requestCert: true, rejectUnauthorized: true }, answer)
      : createServer(answer);
    // As the services have it: above the balancers' 60 s.
    server.keepAliveTimeout = 75_000;
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
    return (server.address() as AddressInfo).port;
  }

  /** Each replica that speaks TLS shows another certificate from now on, to connections that are new: none of before is left. */
  show(pair: string): void {
    for (const server of this.servers) {
      if (server instanceof HttpsServer) server.setSecureContext({ key: pair, cert: pair });
      server.closeAllConnections();
    }
  }

  close(): void {
    for (const server of this.servers) server.close().closeAllConnections();
  }

  private answer(by: string, request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    if (url === '/health/serving') {
      this.checks.set(by, (this.checks.get(by) ?? 0) + 1);
      const said = this.health.get(by) ?? 'ok';
      response.writeHead(said === 'ok' ? 200 : 503).end(JSON.stringify({ status: said }));
      return;
    }
    this.asked.push({ by, method, url, headers, checked: this.checks.get(by) ?? 0 });
    const answer = this.next.shift() ?? status(method === 'POST' ? 202 : 200);
    answer(request, response);
  }
}
