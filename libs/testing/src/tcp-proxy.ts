import { connect, createServer, type Socket } from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
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
  target: Address,
  changeAnswer: (answer: Buffer, proxyPort: number) => Buffer = (answer) => answer,
  asked: () => void = () => {},
): Promise<TcpProxy> {
  const pairs = new Set<{ client: Socket; server: Socket }>();
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
    const server = connect(target);
    server.on('error', () => {});
    const pair = { client, server };
    pairs.add(pair);
    client.on('data', (data: Buffer) => {
      asked();
      if (mode !== 'swallow') server.write(data);
    });
    server.on('data', (data: Buffer) => mode !== 'swallow' && client.write(changeAnswer(data, port)));
    if (mode === 'hold') server.pause();
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on('close', end);
    server.on('close', end);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };

  const cut = () => {
    for (const { client, server } of pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
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
      for (const { server } of pairs) server.pause();
    },
    swallow() {
      mode = 'swallow';
    },
    heal() {
      mode = 'pass';
      for (const { server } of pairs) server.resume();
    },
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve));
      cut();
      await closed;
    },
  };
}
