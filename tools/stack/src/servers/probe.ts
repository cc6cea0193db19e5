import { connect } from 'node:net';

/** Longer than a service's own probe of its database (1 s): its answer, which names what is missing, comes in time. */
const ANSWER_WITHIN_MS = 2_000;

/** True when a GET is answered with 2xx in time. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: 'manual' });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Sends bytes to a port and gives the first bytes of the answer, or nothing when they do not come in time. */
export function ask(port: number, question: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (answer?: Buffer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => end());
    socket.once('error', () => end());
    socket.once('close', () => end());
    socket.once('data', (answer) => end(answer));
    socket.write(question);
  });
}

/**
 * Sends bytes to a port, and gives so many answers, each of which begins with its length in four bytes; without that length. Nothing
 * when they do not come in time.
 */
export function askWhole(port: number, question: Buffer, count: number): Promise<Buffer[] | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let rest: Buffer = Buffer.alloc(0);
    const answers: Buffer[] = [];
    const end = (all?: Buffer[]) => {
      socket.destroy();
      resolve(all);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => end());
    socket.once('error', () => end());
    socket.once('close', () => end());
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
        const length = rest.readInt32BE(0);
        answers.push(rest.subarray(4, 4 + length));
        rest = rest.subarray(4 + length);
      }
      if (answers.length >= count) end(answers);
    });
    socket.write(question);
  });
}
