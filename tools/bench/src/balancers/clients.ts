import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { paced } from '../paced.ts';

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  /** 0: the connection broke. */
  readonly status: number;
  readonly ms: number;
  readonly body: string;
}

/** Far above what a balancer takes for two tries. */
const GIVEN_UP_AFTER_MS = 20_000;

/** One request, sent once. It never throws: an error is an answer with the status 0. */
function ask(port: number, agent: Agent, { method, path, headers = {} }: Asked): Promise<Answer> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const done = (status: number, body = '') => resolve({ status, body, ms: performance.now() - begun });
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method,
        path,
        headers: { 'x-request-id': randomUUID(), ...headers, ...(method === 'POST' && { 'content-length': '2' }) },
        timeout: GIVEN_UP_AFTER_MS,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.once('end', () => done(response.statusCode ?? 0, body));
        response.once('error', () => done(0));
      },
    );
    sent.once('timeout', () => sent.destroy(new Error('no answer')));
    sent.once('error', () => done(0));
    sent.end(method === 'POST' ? '{}' : undefined);
  });
}

/** So many at all times, for a while. */
export async function inFlight(port: number, count: number, forMs: number, asked: Asked): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const until = performance.now() + forMs;
  const answers: Answer[] = [];
  const client = async () => {
    while (performance.now() < until) answers.push(await ask(port, agent, asked));
  };
  await Promise.all(Array.from({ length: count }, client));
  agent.destroy();
  return answers;
}

/** So many a second, whether the last ones have been answered or not, while it is wanted. */
export async function askedAtPace(port: number, perSecond: number, wanted: () => boolean, asked: Asked): Promise<Answer[]> {
  // A connection for each request in hand: nobody waits for another one's answer.
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const answers = await paced(perSecond, wanted, () => ask(port, agent, asked));
  agent.destroy();
  return answers;
}

export const once200 = async (port: number, asked: Asked): Promise<void> => {
  const agent = new Agent();
  while ((await ask(port, agent, asked)).status !== 200) await delay(50);
};

export const single = (port: number, asked: Asked): Promise<Answer> => ask(port, new Agent(), asked);

/** Connections that have had one answer each and stay open. Resolves with how many got it, and what closes them. */
export async function idle(port: number, count: number): Promise<{ readonly answered: number; readonly close: () => void }> {
  const sockets: Socket[] = [];
  let answered = 0;
  // Not all at once: a hundred at a time, as people come.
  for (let n = 0; n < count; n += 100)
    await Promise.all(
      Array.from({ length: Math.min(100, count - n) }, async () => {
        const socket = connect(port, '127.0.0.1');
        sockets.push(socket);
        socket.on('error', () => undefined);
        socket.write('GET /api/orders/fast HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
        const chunk = await new Promise<unknown>((resolve) => socket.once('data', resolve).once('close', resolve));
        if (Buffer.isBuffer(chunk) && chunk.toString().startsWith('HTTP/1.1 200')) answered += 1;
      }),
    );
  return { answered, close: () => sockets.forEach((socket) => socket.destroy()) };
}

/** Clients that send a letter of their header a second. Resolves when the balancer has ended all of them, with how long that took. */
export async function slow(port: number, count: number): Promise<number> {
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.resume();
      socket.write('GET /api/orders/fast HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
      const writing = setInterval(() => socket.writable && socket.write('a'), 1_000);
      await new Promise((resolve) => socket.once('close', resolve));
      clearInterval(writing);
    }),
  );
  return performance.now() - begun;
}
