import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { eventually } from './eventually.js';
import type { Address } from './tcp-proxy.js';
import { certificates, type Certificates, type Pair, WRONG } from './wrong-certificates.js';

/**
 * How a protocol comes to TLS when it does not begin with it, on a connection that is new. Resolves with what the client has said in clear
 * text in the place of its step to TLS.
 */
const BEFORE_TLS: Readonly<Record<'postgres' | 'smtp', (wire: Socket, encrypted: boolean) => Promise<string>>> = {
  async postgres(wire, encrypted) {
    await once(wire, 'data');
    wire.write(encrypted ? 'S' : 'N');
    return '';
  },
  async smtp(wire, encrypted) {
    wire.write('220 a mail server\r\n');
    await once(wire, 'data');
    wire.write(encrypted ? '250-a mail server\r\n250 STARTTLS\r\n' : '250-a mail server\r\n250 AUTH PLAIN\r\n');
    const [next] = (await once(wire, 'data')) as [Buffer];
    if (encrypted) wire.write('220 go ahead\r\n');
    return /^STARTTLS\r\n$/i.test(next.toString('latin1')) ? '' : next.toString('latin1');
  },
};

/** A client of ours, as a spec has it call a server. */
export interface Link {
  /** What the link is called: `payment to its provider`. */
  readonly what: string;
  /** Whom the server is, by the name that the client expects. Left out: whoever is at 127.0.0.1. */
  readonly name?: string;
  /** Calls the server once, and ends. It may reject, and may never hear an answer: the server says nothing. */
  readonly call: (at: Address, trusted: Pick<Certificates, 'ca' | 'client'>, signal: AbortSignal) => unknown;
  readonly before?: keyof typeof BEFORE_TLS;
}

/** What a client has told a server so far. */
interface Heard {
  /** What it wrote after the handshake, or in clear text: its password, its order. */
  said: string;
  /** Handshakes that it broke off, or connections that it ended without a word. */
  ended: number;
}

/**
 * A link of the table link x wrong certificate: the client says nothing, no password and no order, to a server whose certificate is
 * wrong, nor to one that speaks clear text; and it speaks to the one that is right.
 */
export function believesItsCaAlone(link: Link): void {
  let made: Certificates;
  beforeAll(async () => {
    made = await certificates(link.name);
  });
  const servers: Server[] = [];
  afterAll(() => servers.forEach((server) => server.close()));

  /** Calls a server that shows this certificate, or none, and gives what it has heard. */
  async function heardBy(pair: Pair | undefined, enough: (heard: Heard) => boolean): Promise<Heard> {
    const heard: Heard = { said: '', ended: 0 };
    const sockets = new Set<Socket>();
    const server = createServer((wire) => {
      sockets.add(wire);
      wire.on('error', () => undefined);
      wire.on('close', () => (heard.ended += 1));
      listen(wire, pair, link, heard).catch(() => undefined);
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as { port: number };
    const over = new AbortController();
    const call = Promise.resolve(link.call({ host: '127.0.0.1', port }, made, over.signal)).catch(() => undefined);
    await eventually('it has spoken, or gone away', async () => enough(heard));
    over.abort();
    sockets.forEach((socket) => socket.destroy());
    await call;
    return heard;
  }

  test(`${link.what}: speaks to the server with the right certificate`, async () => {
    expect((await heardBy(made.right, ({ said }) => said !== '')).said).not.toBe('');
  });

  test.each(WRONG)(`${link.what}: says nothing to one with a certificate %s`, async (what) => {
    expect((await heardBy(made.wrong[what], ({ said, ended }) => said !== '' || ended > 0)).said).toBe('');
  });

  test(`${link.what}: says nothing to one that speaks clear text`, async () => {
    expect((await heardBy(undefined, ({ said, ended }) => said !== '' || ended > 0)).said).toBe('');
  });
}

/** The first byte of a handshake, which a client sends that wants TLS. */
const HANDSHAKE = 0x16;

async function listen(wire: Socket, pair: Pair | undefined, link: Link, heard: Heard): Promise<void> {
  if (link.before) heard.said += await BEFORE_TLS[link.before](wire, pair !== undefined);
  if (!pair) {
    wire.on('data', (bytes: Buffer) => {
      // A client that speaks TLS is answered with something else, and so knows.
      if (bytes[0] === HANDSHAKE) wire.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      else heard.said += bytes.toString('latin1');
    });
    return;
  }
  const socket = new TLSSocket(wire, { isServer: true, secureContext: createSecureContext(pair) });
  socket.on('error', () => wire.destroy());
  socket.on('data', (bytes: Buffer) => (heard.said += bytes.toString('latin1')));
}
