import { type ChannelModel, connect } from 'amqplib';
import type { Socket } from 'node:net';
import { reasonOf } from '../../errors.js';
import { BrokerAway } from '../broker-away.js';
import type { Logger } from '../../message.js';
import { type Secret, secretNow } from '../../secret.js';
import type { Tuning } from '../../tuning.js';

export interface RabbitOptions {
  readonly host: string;
  readonly port: number;
  readonly vhost: string;
  readonly user: string;
  readonly password: Secret;
  /** The certificate of the authority (PEM) whose broker is believed. Left out: clear text. */
  readonly ca?: string | undefined;
}

/** How long a broker may take to answer a close: it has then had everything, or is away. */
const CLOSE_WITHIN_MS = 3_000;

/**
 * A connection of amqplib under a name that the broker tells. Over TLS amqplib asks for the host by its name, unless it is an address,
 * and Node compares either with the certificate.
 */
export function openConnection({ host, port, vhost, user, ca, ...signIn }: RabbitOptions, name: string): Promise<ChannelModel> {
  const password = secretNow(signIn.password);
  return connect(
    { protocol: ca === undefined ? 'amqp' : 'amqps', hostname: host, port, vhost, username: user, password, heartbeat: 10 },
    { ca, noDelay: true, timeout: 5_000, clientProperties: { connection_name: name } },
  );
}

/** The broker is there, but an object that the deploy step makes in it is not. */
export class MissingObject extends Error {
  constructor(
    readonly object: string,
    reason: unknown,
  ) {
    super(`${object} is not there (${reasonOf(reason)}): has the deploy step run?`, { cause: reason });
  }
}

/**
 * A connection that comes back. `open` makes the channels of a fresh connection. When the connection ends, or anything that
 * `open` made of it, everything is closed and opened anew. amqplib's own recovery restores connections but no channels.
 */
export class RabbitConnection {
  #connection: ChannelModel | undefined;
  #closed = false;
  #retry: NodeJS.Timeout | undefined;
  /** Why the connection in hand ends, as far as it was told. */
  #reason = 'the connection was closed';
  /** The error of the last attempt, until one succeeds. */
  #failure: unknown;
  readonly #away: BrokerAway;

  constructor(
    private readonly options: RabbitOptions,
    private readonly name: string,
    tuning: Pick<Tuning, 'reconnectMs' | 'reconnectCapMs'>,
    private readonly open: (connection: ChannelModel) => Promise<void>,
    private readonly lost: () => void,
    log: Logger,
  ) {
    this.#away = new BrokerAway('rabbitmq', name, tuning, log);
  }

  /** The object that must be there before this can be opened. */
  get missing(): string | undefined {
    return this.#failure instanceof MissingObject ? this.#failure.object : undefined;
  }

  /** Resolves after the first attempt, whether it succeeded or not; later attempts go on in the background. */
  async start(): Promise<void> {
    if (this.#closed) return;
    let connection: ChannelModel | undefined;
    try {
      const made = (connection = await openConnection(this.options, this.name));
      // `close` was called meanwhile and does not know of this connection: it would go on taking messages.
      if (this.#closed) return void made.close().catch(() => undefined);
      this.#connection = made;
      this.#reason = 'the connection was closed';
      made.on('error', (error: Error) => (this.#reason = reasonOf(error)));
      made.on('close', () => this.#startAgain(made));
      await this.open(made);
      if (this.#connection !== made) return;
      this.#failure = undefined;
      this.#away.back();
    } catch (error) {
      this.#failure = error;
      this.#reason = reasonOf(error);
      if (!connection) this.#schedule();
      // A connection that ended while it was being opened has its successor on the way. A second successor would take messages
      // that nobody acknowledges, because they came on a channel that is not the current one.
      else if (this.#connection === connection) await this.reset(this.#reason);
    }
  }

  /** Closes the connection, so that a new one is opened. Resolves when the old one cannot send any more. */
  async reset(reason: string): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    this.#reason = reason;
    this.#startAgain(connection);
    destroySocket(connection);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection) await closeWithin(CLOSE_WITHIN_MS, connection);
  }

  #startAgain(connection: ChannelModel): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.lost();
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#closed) this.#retry = setTimeout(() => void this.start(), this.#away.failed(this.#reason));
  }
}

/**
 * Says goodbye, so that the broker has what was sent before. amqplib waits for the answer without end, also when the connection
 * breaks meanwhile.
 */
async function closeWithin(ms: number, connection: ChannelModel): Promise<void> {
  const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    stream.once('close', () => resolve());
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([connection.close().catch(() => undefined), over]);
  clearTimeout(timer);
  destroySocket(connection);
}

/**
 * A polite close would wait for a broker that does not answer. Without an error amqplib would not notice the end, and would go
 * on sending heartbeats.
 */
function destroySocket(connection: ChannelModel): void {
  const { stream } = (connection as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection;
  stream.destroy(new Error('the connection is replaced'));
}
