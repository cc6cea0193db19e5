import { connect, type Socket } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
// The queue that every kafkajs connection has; it is not part of the library's index.
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import type { Logger } from '../message.js';

export interface KafkaOptions {
  readonly brokers: string[];
}

// kafkajs re-arms a timer of 1 ms for ever, which costs 3-4 % of a core in an idle process: arm it only when something waits.
const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
  if (this.pending.length > 0) schedule.call(this);
};

/** Patient with a broker that is away: with kafkajs's defaults consumers gave up or stalled for half a minute. */
export const PATIENT_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 100 };
/** The relay tries again by itself, from the outbox. */
export const IMPATIENT_RETRY = { initialRetryTime: 50, maxRetryTime: 200, retries: 2 };

/** @param sockets - collects every connection that the client opens, for who must be able to end them at once. */
export function kafkaClient(
  name: string,
  { brokers }: KafkaOptions,
  retry: typeof PATIENT_RETRY,
  log: Logger,
  sockets = new Set<Socket>(),
): Kafka {
  return new Kafka({
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connect({ host, port, keepAlive: true }, onConnect);
      sockets.add(socket);
      return socket.once('close', () => sockets.delete(socket));
    },
    clientId: name,
    brokers: [...brokers],
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry,
    logLevel: logLevel.WARN,
    // kafkajs tells of every attempt to reach a broker that is away; that it is away is told once, by those who use this.
    logCreator:
      () =>
      ({ namespace, log: entry }) =>
        log.debug({ broker: 'kafka', namespace, client: name, reason: entry['error'] as string | undefined }, entry.message),
  });
}
