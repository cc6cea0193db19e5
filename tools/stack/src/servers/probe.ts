import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { askPort, type CallerTls } from './ask-port.ts';

/** Longer than a service's own probe of its database (1 s): its answer, which names what is missing, comes in time. */
const ANSWER_WITHIN_MS = 2_000;

const HOST = '127.0.0.1';

/** True when a GET is answered with 2xx in time. */
export async function answers(tls: CallerTls, port: number, path: string): Promise<boolean> {
  try {
    const response = await askPort(tls, port, path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: 'manual' });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** A port of this machine, and how it is spoken to. */
export interface Asked {
  readonly port: number;
  /** The certificate of the CA to believe. Left out: clear text. */
  readonly ca?: string | undefined;
  /** What is said before TLS begins, in a protocol that begins without it: `overTls`. */
  readonly beforeTls?: readonly Buffer[];
}

/** Sends bytes to a port and gives the first bytes of the answer, or nothing when they do not come in time. */
export const ask = (at: Asked, question: Buffer): Promise<Buffer | undefined> => answerTo(at, question, (bytes) => bytes);

/**
 * Sends bytes to a port, and gives so many answers, each of which begins with its length in four bytes; without that length. Nothing
 * when they do not come in time.
 */
export const askWhole = (at: Asked, question: Buffer, count: number): Promise<Buffer[] | undefined> =>
  answerTo(at, question, (bytes) => {
    const answers: Buffer[] = [];
    for (let at = 0; bytes.length >= at + 4 && bytes.length >= at + 4 + bytes.readInt32BE(at);) {
      const end = at + 4 + bytes.readInt32BE(at);
      answers.push(bytes.subarray(at + 4, end));
      at = end;
    }
    return answers.length >= count ? answers : undefined;
  });

/** Sends bytes to a port, and reads all that has come of the answer until it is one. */
function answerTo<Answer>(at: Asked, question: Buffer, read: (bytes: Buffer) => Answer | undefined): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const wire = connect({ port: at.port, host: HOST });
    let bytes: Buffer = Buffer.alloc(0);
    const end = (answer?: Answer) => {
      wire.destroy();
      resolve(answer);
    };
    wire.setTimeout(ANSWER_WITHIN_MS, () => end());
    wire.once('error', () => end());
    wire.once('close', () => end());
    spokenOver(wire, at).then(
      (socket) => {
        socket.on('data', (data) => {
          bytes = Buffer.concat([bytes, data]);
          const answer = read(bytes);
          if (answer !== undefined) end(answer);
        });
        socket.write(question);
      },
      () => end(),
    );
  });
}

const spokenOver = async (wire: Socket, { ca, beforeTls }: Asked): Promise<Socket> =>
  ca === undefined ? wire : overTls(wire, ca, beforeTls);

/**
 * The connection, as it goes on in TLS.
 * @param beforeTls what is said first, and answered by one packet each. Nothing: the server speaks by itself.
 * @throws when the other side ends it, or shows a certificate that is not believed
 */
export async function overTls(wire: Socket, ca: string, beforeTls: readonly Buffer[] = []): Promise<TLSSocket> {
  for (const said of beforeTls) {
    const answer = once(wire, 'data');
    if (said.length > 0) wire.write(said);
    await answer;
  }
  const socket = connectTls({ socket: wire, ca, host: HOST });
  await once(socket, 'secureConnect');
  return socket;
}
