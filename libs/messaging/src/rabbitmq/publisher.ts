import { exchangeOf, type ServiceName } from '@waybill/contracts';
import type { ChannelModel, ConfirmChannel, Message as AmqpMessage } from 'amqplib';
import { CONTENT_TYPE } from '../envelope.js';
import type { Logger } from '../message.js';
import type { OutboxRow } from '../outbox.js';
import type { Published, Publisher } from '../relay.js';
import type { Tuning } from '../tuning.js';
import { RabbitConnection, type RabbitOptions } from './connection.js';

/**
 * Commands to their exchange: persistent, mandatory, pipelined with confirms. On a connection of its own: a broker that
 * blocks publishers (memory, disk) stops everything on their connection, acknowledgements included.
 */
export class RabbitPublisher implements Publisher {
  readonly lane = 'rabbitmq';
  readonly #connection: RabbitConnection;
  #channel: ConfirmChannel | undefined;
  #blocked = false;
  #onUp: () => void = () => {};
  /** Unroutable messages of the claim in hand: the broker returns them, and then confirms them all the same. */
  readonly #returned = new Map<string, string>();

  constructor(
    private readonly service: string,
    options: RabbitOptions,
    private readonly tuning: Tuning,
    private readonly log: Logger,
  ) {
    this.#connection = new RabbitConnection(
      options,
      `${service} relay`,
      tuning.reconnectMs,
      (connection) => this.#open(connection),
      () => (this.#channel = undefined),
      log,
    );
  }

  get up(): boolean {
    return this.#channel !== undefined && !this.#blocked;
  }

  onUp(listener: () => void): void {
    this.#onUp = listener;
  }

  start(): void {
    void this.#connection.start();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async publish(rows: readonly OutboxRow[]): Promise<Published> {
    const channel = this.#channel;
    if (!channel) return { confirmed: [], refused: [] };
    this.#returned.clear();
    const confirmed: string[] = [];
    const refused: { id: string; reason: string }[] = [];
    const answers = rows.map(
      (row) =>
        new Promise<void>((resolve) => {
          this.#send(channel, row, (error) => {
            const unroutable = this.#returned.get(row.message_id);
            if (unroutable) refused.push({ id: row.id, reason: unroutable });
            else if (!error) confirmed.push(row.id);
            // A channel that closes fails all its open confirms: that is no refusal but no answer.
            else if (isNack(error))
              refused.push({ id: row.id, reason: 'the broker refused it (basic.nack): is its queue full?' });
            resolve();
          });
        }),
    );
    if (!(await allWithin(answers, this.tuning.publishTimeoutMs))) {
      this.log.warn({ broker: 'rabbitmq', rows: rows.length }, 'the broker did not confirm in time: the connection is replaced');
      await this.#connection.reset();
    }
    return { confirmed: [...confirmed], refused: [...refused] };
  }

  #send(channel: ConfirmChannel, row: OutboxRow, answer: (error: unknown) => void): void {
    try {
      channel.publish(
        exchangeOf(this.service as ServiceName),
        row.type,
        row.body,
        { mandatory: true, persistent: true, messageId: row.message_id, type: row.type, contentType: CONTENT_TYPE },
        answer,
      );
    } catch {
      // The channel closed under us: no answer will come, and the row is published again on the next one.
    }
  }

  async #open(connection: ChannelModel): Promise<void> {
    this.#blocked = false;
    connection.on('blocked', (reason: string) => {
      this.#blocked = true;
      this.log.error({ broker: 'rabbitmq', reason }, 'the broker blocks publishers');
    });
    connection.on('unblocked', () => {
      this.#blocked = false;
      this.#onUp();
    });
    const channel = await connection.createConfirmChannel();
    channel.on('error', (error: Error) =>
      this.log.warn({ broker: 'rabbitmq', reason: error.message }, 'the relay channel failed'),
    );
    channel.on('close', () => {
      if (this.#channel === channel) {
        this.#channel = undefined;
        void this.#connection.reset();
      }
    });
    channel.on('return', (message: AmqpMessage) => {
      const { exchange, routingKey, replyText } = message.fields as unknown as {
        exchange: string;
        routingKey: string;
        replyText: string;
      };
      this.#returned.set(
        String(message.properties.messageId),
        `no queue is bound for ${routingKey} at exchange ${exchange} (${replyText}): has the deploy step run?`,
      );
    });
    this.#channel = channel;
    this.#onUp();
  }
}

/** amqplib tells a refusal from a channel that closed by this text alone. */
const isNack = (error: unknown) => error instanceof Error && error.message === 'message nacked';

async function allWithin(answers: Promise<void>[], ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const all = Promise.all(answers).then(() => true);
  return Promise.race([all, timeout]).finally(() => clearTimeout(timer));
}
