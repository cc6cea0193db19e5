import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A server that may speak TLS. The client speaks clear text to the proxy in any case: so a test sees what goes over the wire. */
export interface Target extends Address {
  /** The CA's certificate of a server that speaks TLS from the first byte on. */
  readonly ca?: string | undefined;
  /** The same of PostgreSQL, which is asked for it first. */
  readonly ssl?: { readonly ca: string } | false | undefined;
}

/** One connection of a client, and the one to the server for it: as the network has it, and as it is spoken over. */
interface Pair {
  readonly client: Socket;
  readonly wire: Socket;
  server: Socket | undefined;
}

/** A network between a process and its server that a test can break. */
export interface TcpProxy extends Address {
  /** Connections made so far, refused ones not counted. */
  readonly connections: number;
  /** Connections refused so far. */
  readonly refused: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Ends every connection at once, in both directions. New ones are taken. */
  cut(): void;
  /** Cuts, and closes every new connection until `heal`: the server is away. */
  refuse(): void;
  /** Holds the server's answers until `heal`: the server got the request, and the client does not know. */
  holdAnswers(): void;
  /**
   * Lets nothing pass in either direction until `heal`, and tells nobody: a cable that was pulled. It takes new connections,
   * which hear nothing.
   */
  swallow(): void;
  heal(): void;
  close(): Promise<void>;
}

/**
 * Listens on a free loopback port and passes everything on to `target`. `changeAnswer` may change what the server says,
 * for protocols in which a server names its own address. `asked` is called before a request passes: after a cut it does not.
 */
export async function tcpProxy(
  target: Target,
  changeAnswer: (answer: Buffer, proxyPort: number) => Buffer = (answer) => answer,
  asked: () => void = () => {},
): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let mode: 'pass' | 'refuse' | 'hold' | 'swallow' = 'pass';
  let connections = 0;
  let refused = 0;

  const listener = createServer((client) => {
    client.on('error', () => {});
    if (mode === 'refuse') {
      refused += 1;
      return void client.resetAndDestroy();
    }
    connections += 1;
    const wire = connect(target.port, target.host);
    wire.on('error', () => {});
    client.pause();
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      wire.destroy();
    };
    const pair: Pair = { client, wire, server: undefined };
    pairs.add(pair);
    client.on('close', end);
    wire.on('close', end);
    spokenTo(wire, target).then((server) => {
      pair.server = server;
      client.on('data', (data: Buffer) => {
        asked();
        if (mode !== 'swallow') server.write(data);
      });
      server.on('data', (data: Buffer) => mode !== 'swallow' && client.write(changeAnswer(data, port)));
      if (mode === 'hold') server.pause();
      client.resume();
    }, end);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };

  const cut = () => {
    for (const { client, wire } of pairs) {
      client.resetAndDestroy();
      wire.resetAndDestroy();
    }
  };
  return {
    host: '127.0.0.1',
    port,
    get connections() {
      return connections;
    },
    get refused() {
      return refused;
    },
    get open() {
      return pairs.size;
    },
    cut,
    refuse() {
      mode = 'refuse';
      cut();
    },
    holdAnswers() {
      mode = 'hold';
      for (const { server } of pairs) server?.pause();
    },
    swallow() {
      mode = 'swallow';
    },
    heal() {
      mode = 'pass';
      for (const { server } of pairs) server?.resume();
    },
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve));
      cut();
      await closed;
    },
  };
}

/** PostgreSQL's SSLRequest: its length, and the number that stands for it. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Resolves when the connection can be written to. */
async function spokenTo(wire: Socket, { host, ca, ssl }: Target): Promise<Socket> {
  await once(wire, 'connect');
  const believed = ca ?? (ssl ? ssl.ca : undefined);
  if (!believed) return wire;
  if (ssl) {
    wire.write(SSL_REQUEST);
    await once(wire, 'data');
  }
  const server = connectTls({ socket: wire, ca: believed, host });
  server.on('error', () => wire.destroy());
  await once(server, 'secureConnect');
  return server;
}
