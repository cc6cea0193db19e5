import { type ChannelModel, connect } from 'amqplib';
import type { Logger } from '../message.js';
import { describe } from '../parking.js';

export interface RabbitOptions {
  readonly host: string;
  readonly port: number;
  readonly vhost: string;
  readonly user: string;
  readonly password: string;
}

/**
 * A connection that comes back. `open` makes the channels of a fresh connection; when the connection or what `open` made
 * of it ends, everything is closed and opened anew. amqplib's own recovery restores connections but no channels.
 */
export class RabbitConnection {
  #connection: ChannelModel | undefined;
  #closed = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: RabbitOptions,
    private readonly name: string,
    private readonly reconnectMs: number,
    private readonly open: (connection: ChannelModel) => Promise<void>,
    private readonly lost: () => void,
    private readonly log: Logger,
  ) {}

  /** Resolves after the first attempt, whether it succeeded or not; later attempts go on in the background. */
  async start(): Promise<void> {
    if (this.#closed) return;
    let connection: ChannelModel | undefined;
    try {
      const { host, port, vhost, user, password } = this.options;
      const made = (connection = await connect(
        { protocol: 'amqp', hostname: host, port, vhost, username: user, password, heartbeat: 10 },
        { noDelay: true, timeout: 5_000, clientProperties: { connection_name: this.name } },
      ));
      this.#connection = made;
      made.on('error', (error: Error) =>
        this.log.warn({ broker: 'rabbitmq', reason: describe(error) }, `${this.name}: connection failed`),
      );
      made.on('close', () => this.#startAgain(made));
      await this.open(made);
    } catch (error) {
      this.log.warn({ broker: 'rabbitmq', reason: describe(error) }, `${this.name}: could not connect`);
      if (!connection) this.#schedule();
      // One that ended while it was being opened has its successor on the way: a second one would take messages that nobody
      // acknowledges, because they came on a channel that is not the current one.
      else if (this.#connection === connection) await this.reset();
    }
  }

  /** Closes the connection, so that a new one is opened. Resolves when the old one cannot send any more. */
  async reset(): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    this.#startAgain(connection);
    destroySocket(connection);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close().catch(() => undefined);
  }

  #startAgain(connection: ChannelModel): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.lost();
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#closed) this.#retry = setTimeout(() => void this.start(), this.reconnectMs);
  }
}

/** A polite close would wait for a broker that does not answer. Without an error amqplib would not notice, and go on sending heartbeats. */
function destroySocket(connection: ChannelModel): void {
  const { stream } = (connection as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection;
  stream.destroy(new Error('the connection is replaced'));
}
