import type { Socket } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
// A connection of kafkajs and the queue that each has; they are not part of the library's index.
import Connection from 'kafkajs/src/network/connection.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import type { Logger } from '../../message.js';
import { openSocket, type SocketOptions } from '../open-socket.js';
import { type KafkaSignIn, saslOf } from './sign-in.js';

export interface KafkaOptions extends KafkaSignIn {
  readonly brokers: string[];
  /** The certificate of the authority (PEM) whose brokers are believed. Left out: clear text. */
  readonly ca?: string | undefined;
}

// kafkajs re-arms a timer of 1 ms for ever, which costs 3-4 % of a core in an idle process: arm it only when something waits.
const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
  if (this.pending.length > 0) schedule.call(this);
};

// Bytes that are no answer of Kafka make kafkajs throw in a listener of its socket, which ends the process. So the connection
// ends instead.
const processData = Connection.prototype.processData;
Connection.prototype.processData = function (this: Connection, bytes: Buffer) {
  try {
    processData.call(this, bytes);
  } catch (error) {
    this.socket.destroy(error as Error);
  }
};

/** Patient with a broker that is away: with kafkajs's defaults consumers gave up or stalled for half a minute. */
export const PATIENT_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 100 };
/** The relay tries again by itself, from the outbox. */
export const IMPATIENT_RETRY = { initialRetryTime: 50, maxRetryTime: 200, retries: 2 };

/** A kafkajs client whose connections can be ended at once, and for good. */
export class KafkaClient {
  readonly kafka: Kafka;
  /** Has a limit that falls to 0 when the client ends. Pass it to `consumer()`, which does not inherit the client's. */
  readonly retry: typeof PATIENT_RETRY;
  readonly #sockets = new Set<Socket>();
  #ended = false;

  constructor(name: string, options: KafkaOptions, retry: typeof PATIENT_RETRY, log: Logger) {
    // kafkajs compares with `retries` before each new attempt, so it asks an object in that place each time. When the client
    // ends, a request under way fails at its next attempt, instead of trying on for minutes.
    const retries = { valueOf: () => (this.#ended ? 0 : retry.retries) } as unknown as number;
    this.retry = { ...retry, retries };
    this.kafka = new Kafka({
      // Whether it goes over TLS is decided here alone: kafkajs leaves that to the factory of its sockets.
      socketFactory: ({ host, port, onConnect }) => this.#connect({ host, port, ca: options.ca }, onConnect),
      clientId: name,
      brokers: [...options.brokers],
      sasl: saslOf(options),
      connectionTimeout: 2_000,
      requestTimeout: 10_000,
      retry: this.retry,
      logLevel: logLevel.WARN,
      // kafkajs logs every attempt to reach a broker that is away. The users of this client tell once that the broker is away.
      logCreator:
        () =>
        ({ namespace, log: entry }) =>
          log.debug({ broker: 'kafka', namespace, client: name, reason: entry['error'] as string | undefined }, entry.message),
    });
  }

  /** Ends every connection at once; the client opens new ones. What was being sent may have arrived or not. */
  cut(reason: string): void {
    for (const socket of this.#sockets) socket.destroy(new Error(reason));
  }

  /**
   * Call it last, after disconnecting. kafkajs stops a consumer only when it runs. A consumer that is joining its group at
   * that moment joins all the same, and stays a member for ever. Without connections it cannot.
   */
  end(): void {
    this.#ended = true;
    this.cut('the client has ended');
  }

  #connect(to: SocketOptions, onConnect: () => void): Socket {
    if (this.#ended) throw new Error('the client has ended');
    const socket = openSocket(to, onConnect);
    this.#sockets.add(socket);
    return socket.once('close', () => this.#sockets.delete(socket));
  }
}
