import { connect } from 'node:net';

/** True when a GET is answered with 2xx within a second. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000), redirect: 'manual' });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Sends bytes to a port and gives the first bytes of the answer, or nothing within a second. */
export function ask(port: number, question: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (answer?: Buffer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => end());
    socket.once('error', () => end());
    socket.once('close', () => end());
    socket.once('data', (answer) => end(answer));
    socket.write(question);
  });
}
