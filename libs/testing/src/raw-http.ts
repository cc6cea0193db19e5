import { connect } from 'node:net';

export interface RawAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

export const GIVE_UP_MS = 20_000;

/** Sends bytes that no HTTP client would, over a separate connection. Reads one answer, or what there is until the end. */
export function rawHttp(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const hasBody = !bytes.toString().startsWith('HEAD ');
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let text = '';
    socket.setTimeout(GIVE_UP_MS, () => socket.destroy(new Error(`No end of the answer after ${GIVE_UP_MS} ms: ${text}`)));
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (isWhole(text, hasBody)) socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(answerIn(text)));
    socket.write(bytes);
  });
}

/** The same, and takes whatever comes until the connection ends or says nothing more: there may be no answer, or two. */
export function rawBytes(port: number, bytes: string | Buffer, silentMs = 1_000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let said = '';
    socket.setTimeout(silentMs, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (piece: string) => (said += piece));
    // `close` follows.
    socket.once('error', () => {});
    socket.once('close', () => resolve(said));
    socket.write(bytes);
  });
}

/** A connection may stay open after its answer. */
export function isWhole(text: string, hasBody: boolean): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = text.slice(0, end);
  if (!hasBody || /^HTTP\/1\.\d (204|304) /.test(head)) return true;
  if (/\r\ntransfer-encoding: chunked/i.test(head)) return text.endsWith('\r\n0\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  return length !== undefined && Buffer.byteLength(text.slice(end + 4)) >= Number(length);
}

/** A header that came twice has both values: `a, b`. */
export function answerIn(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^([^:]+): *(.*)$/.exec(line)!;
    const known = headers[name!.toLowerCase()];
    headers[name!.toLowerCase()] = known === undefined ? value! : `${known}, ${value}`;
  }
  const payload = rest.join('\r\n\r\n');
  return {
    statusCode: Number(first.split(' ')[1]),
    headers,
    payload: headers['transfer-encoding'] ? unchunked(payload) : payload,
  };
}

const unchunked = (payload: string): string => {
  const [, size, rest] = /^([0-9a-f]+)\r\n([^]*)$/i.exec(payload) ?? [];
  const length = parseInt(size ?? '0', 16);
  return length === 0 ? '' : rest!.slice(0, length) + unchunked(rest!.slice(length + 2));
};
