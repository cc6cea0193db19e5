import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { CallerTls } from '@waybill/stack';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterMs: number | undefined;
}

/** A request ended without an answer: nobody knows whether it was done. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const ANSWER_WITHIN_MS = 30_000;
const END_OF_HEAD = '\r\n\r\n';

/**
 * One client's connection, over which one request is under way at a time. It is kept, and opened anew when it has broken. It speaks
 * the little HTTP that it needs: Node's own client costs five times as much, and the generator runs on the machine that it measures.
 */
export class Connection {
  #socket: Socket | undefined;
  #received = '';
  #answer: ((answer: Answer) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;
  readonly #host: string;
  readonly #port: number;
  readonly #tls: CallerTls;

  /** @param tls with which a replica is asked at its own port */
  constructor(origin: string, tls?: CallerTls) {
    this.#tls = tls;
    const { hostname, port } = new URL(origin);
    this.#host = hostname;
    this.#port = Number(port);
  }

  /** @throws NoAnswer */
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const length = Buffer.byteLength(body);
      this.#open().write(
        `POST ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nContent-Length: ${length}\r\n${lines.join('')}\r\n${body}`,
      );
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    if (this.#socket) return this.#socket;
    const to = { host: this.#host, port: this.#port, noDelay: true };
    const tls = this.#tls;
    const socket = tls ? connectTls({ ...to, ca: tls.ca, key: tls.probe, cert: tls.probe }) : connect(to);
    this.#socket = socket;
    this.#received = '';
    let reason = 'the connection was closed';
    socket.setEncoding('latin1');
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)));
    socket.on('data', (piece: string) => this.#read(piece));
    socket.on('error', (error: NodeJS.ErrnoException) => (reason = error.code ?? error.message));
    // An end in good order without an answer is one, too: the server has closed a connection that was idle for long.
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      this.#settle(() => this.#fail?.(new NoAnswer(reason)));
    });
    return socket;
  }

  #read(piece: string): void {
    this.#received += piece;
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length === undefined) return void this.#socket?.destroy(new Error('an answer without a Content-Length'));
    const body = this.#received.slice(end + END_OF_HEAD.length);
    if (body.length < Number(length)) return;
    this.#received = '';
    const retryAfter = /^retry-after: *(\d+)/im.exec(head)?.[1];
    const answer: Answer = {
      status: Number(head.slice(9, 12)),
      body: Buffer.from(body, 'latin1').toString('utf8'),
      retryAfterMs: retryAfter === undefined ? undefined : 1_000 * Number(retryAfter),
    };
    if (/^connection: *close/im.test(head)) {
      this.#socket?.end();
      this.#socket = undefined;
    }
    this.#settle(() => this.#answer?.(answer));
  }

  #settle(tell: () => void): void {
    tell();
    this.#answer = this.#fail = undefined;
  }
}
