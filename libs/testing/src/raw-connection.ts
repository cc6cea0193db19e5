import { connect, type Socket } from 'node:net';
import { answerIn, GIVE_UP_MS, isWhole, type RawAnswer } from './raw-http.js';

/**
 * One connection after the other, for many requests of any bytes: the next one is sent when the one before has its answer. A
 * connection that the server closes with an answer is opened anew. Rejects when a connection ends without an answer.
 */
export class RawConnection {
  #socket: Socket | undefined;

  constructor(
    private readonly port: number,
    private readonly giveUpMs = GIVE_UP_MS,
  ) {}

  ask(bytes: Buffer): Promise<RawAnswer> {
    const hasBody = bytes.toString('latin1', 0, 5) !== 'HEAD ';
    const socket = (this.#socket ??= this.#open());
    return new Promise((resolve, reject) => {
      let text = '';
      const end = (settle: () => void, closes: boolean) => {
        for (const event of ['data', 'close', 'timeout']) socket.removeAllListeners(event);
        if (closes) this.close();
        settle();
      };
      socket.once('timeout', () => end(() => reject(new Error(`No end of the answer after ${this.giveUpMs} ms: ${text}`)), true));
      socket.on('data', (piece: string) => {
        text = (text + piece).replace(/^HTTP\/1\.1 1\d\d [^\r]*\r\n(?:[^\r]+\r\n)*\r\n/, '');
        if (!isWhole(text, hasBody)) return;
        const answer = answerIn(text);
        end(() => resolve(answer), /close/i.test(answer.headers['connection'] ?? ''));
      });
      socket.once('close', () => end(() => reject(new Error(`The connection ended without an answer: ${text}`)), true));
      socket.write(bytes);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    // `close` follows, and tells whoever waits.
    return socket
      .setEncoding('utf8')
      .setTimeout(this.giveUpMs)
      .on('error', () => {});
  }
}
