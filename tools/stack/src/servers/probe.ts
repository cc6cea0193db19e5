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
export const ask = (port: number, question: Buffer): Promise<Buffer | undefined> => answerTo(port, question, (bytes) => bytes);

/**
 * Sends bytes to a port, and gives so many answers, each of which begins with its length in four bytes; without that length. Nothing
 * when they do not come in time.
 */
export const askWhole = (port: number, question: Buffer, count: number): Promise<Buffer[] | undefined> =>
  answerTo(port, question, (bytes) => {
    const answers: Buffer[] = [];
    for (let at = 0; bytes.length >= at + 4 && bytes.length >= at + 4 + bytes.readInt32BE(at);) {
      const end = at + 4 + bytes.readInt32BE(at);
      answers.push(bytes.subarray(at + 4, end));
      at = end;
    }
    return answers.length >= count ? answers : undefined;
  });

/** Sends bytes to a port, and reads all that has come of the answer until it is one. */
function answerTo<Answer>(
  port: number,
  question: Buffer,
  read: (bytes: Buffer) => Answer | undefined,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let bytes: Buffer = Buffer.alloc(0);
    const end = (answer?: Answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => end());
    socket.once('error', () => end());
    socket.once('close', () => end());
    socket.on('data', (data) => {
      bytes = Buffer.concat([bytes, data]);
      const answer = read(bytes);
      if (answer !== undefined) end(answer);
    });
    socket.write(question);
  });
}
