import { netOf, queueOf } from '@waybill/contract-kit';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { reasonOf } from '../../errors.js';
import type { Delivery } from '../../receiving/delivery.js';
import type { Handlers } from '../../receiving/handlers.js';
import type { Logger } from '../../message.js';
import type { Received } from '../../receiving/received.js';
import type { Tuning } from '../../tuning.js';
import { MissingObject, RabbitConnection, type RabbitOptions } from './connection.js';

/** In AMQP's protocol. */
const NOT_FOUND = 404;

/** A message in hand, and its channel: only there can it be acknowledged. */
interface InHand {
  readonly channel: Channel;
  readonly message: ConsumeMessage;
  readonly received: Received;
  readonly fromNet: boolean;
}

/**
 * Takes a service's commands. Commands that wait while a batch is in its transaction go together into the next one: no timer.
 * Commands for the outside world run side by side, as many as the prefetch and their handler allow. This consumer never
 * rejects a command. It parks what fails in the database and acknowledges it, so failures never fill the prefetch.
 */
export class RabbitConsumer {
  readonly #connection: RabbitConnection;
  #channel: Channel | undefined;
  #tags: string[] = [];
  #waiting: InHand[] = [];
  #batch: Promise<void> | undefined;
  readonly #outside = new Set<Promise<void>>();
  #stopping = false;

  constructor(
    private readonly service: string,
    options: RabbitOptions,
    private readonly parts: {
      delivery: Delivery;
      handlers: Handlers;
      tuning: Tuning;
      log: Logger;
      /**
       * Resolves to true when another try is worth it after a delivery could not even be parked, and to false when it will not
       * be.
       */
      databaseIsBack: () => Promise<boolean>;
    },
  ) {
    this.#connection = new RabbitConnection(
      options,
      `${service} consumer`,
      parts.tuning,
      (connection) => this.#open(connection),
      () => this.#lost(),
      parts.log,
    );
  }

  get up(): boolean {
    return this.#tags.length > 0;
  }

  /** A queue that is not there. */
  get missing(): string | undefined {
    return this.#connection.missing;
  }

  start(): Promise<void> {
    return this.#connection.start();
  }

  /** Takes nothing new, finishes and acknowledges what is in hand, closes. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const channel = this.#channel;
    for (const tag of this.#tags) await channel?.cancel(tag).catch(() => undefined);
    this.#tags = [];
    while (this.#batch || this.#outside.size > 0) await Promise.all([this.#batch, ...this.#outside]);
    // Closing the channel flushes the acknowledgements before the connection goes.
    await channel?.close().catch(() => undefined);
    await this.#connection.close();
  }

  async #open(connection: ChannelModel): Promise<void> {
    // A connection may come back while this process finishes what is in hand: it takes nothing more.
    if (this.#stopping) return;
    const channel = await connection.createChannel();
    let reason = 'the consumer channel was closed';
    channel.on('error', (error: Error) => (reason = error.message));
    channel.on('close', () => {
      if (this.#channel === channel && !this.#stopping) void this.#connection.reset(reason);
    });
    this.#channel = channel;
    await channel.prefetch(this.parts.tuning.prefetch);
    const name = this.service;
    const tags: string[] = [];
    // The net comes first. Without it the consumer would take commands, and give them back, at each attempt, until they reach
    // their delivery limit.
    for (const [queue, fromNet] of [
      [netOf(name), true],
      [queueOf(name), false],
    ] as const) {
      const consuming = channel.consume(queue, (message) => this.#take(channel, queue, message, fromNet));
      const { consumerTag } = await consuming.catch((error: Error & { code?: number }) => {
        throw error.code === NOT_FOUND ? new MissingObject(`queue ${queue}`, error) : error;
      });
      // `stop` did not know of this consumer.
      if (this.#stopping) return void (await channel.cancel(consumerTag));
      tags.push(consumerTag);
    }
    this.#tags = tags;
  }

  #lost(): void {
    this.#channel = undefined;
    this.#tags = [];
    // The broker redelivers what was not acknowledged. What is in its transaction ends there, and the inbox knows the copy.
    this.#waiting = [];
  }

  #take(channel: Channel, queue: string, message: ConsumeMessage | null, fromNet: boolean): void {
    // The broker cancelled the consumer, for instance because the queue was deleted: start over.
    if (message === null) return void this.#connection.reset(`the broker cancelled the consumer of ${queue}`);
    const { exchange, routingKey } = message.fields;
    const received = this.parts.delivery.receive({
      body: message.content,
      stream: queueOf(this.service),
      source: `${queue} (${exchange || 'default exchange'}, ${routingKey})`,
      ordered: false,
      // The net has its own route: the message has lost its first one.
      route: fromNet ? undefined : { exchange, key: routingKey },
    });
    const inHand: InHand = { channel, message, received, fromNet };
    if (!fromNet && received.what === 'message' && this.parts.handlers.isOutside(received.type))
      this.#runOutside(inHand, received);
    else {
      this.#waiting.push(inHand);
      // The batch runs after this turn of the event loop, so that everything that came in one packet goes together.
      this.#batch ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#drain());
    }
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.parts.tuning.deliveryBatch);
      await this.#untilSafe(batch, async () => {
        for (const { received } of batch.filter(({ fromNet }) => fromNet)) {
          await this.parts.delivery.parkKiller(received, 'It fell into the net: its consumers died with it too often.');
        }
        await this.parts.delivery.deliver(batch.filter(({ fromNet }) => !fromNet).map(({ received }) => received));
      });
    }
    this.#batch = undefined;
  }

  #runOutside(inHand: InHand, received: Received & { what: 'message' }): void {
    // The service may be stopping when the turn comes. Then the message stays with the broker, as if it had never been here.
    const run = this.parts.handlers
      .inTurn(received.type, async (leave) => {
        if (!this.#stopping) await this.#untilSafe([inHand], () => this.parts.delivery.deliverOutside(received, leave));
      })
      .finally(() => this.#outside.delete(run));
    this.#outside.add(run);
  }

  /**
   * Delivers until every message is safe, then acknowledges. While the database is away it holds the messages, and the
   * prefetch stops the rest.
   */
  async #untilSafe(batch: readonly InHand[], deliver: () => Promise<void>): Promise<void> {
    while (batch.some(({ channel }) => channel === this.#channel)) {
      try {
        await deliver();
        for (const { channel, message } of batch) if (channel === this.#channel) channel.ack(message);
        return;
      } catch (error) {
        this.parts.log.warn(
          { broker: 'rabbitmq', messages: batch.length, reason: reasonOf(error) },
          'messages are held until the database is back',
        );
        // Without an acknowledgement the broker gives them to another replica, or to this one when it starts again.
        if (!(await this.parts.databaseIsBack())) return;
      }
    }
  }
}
