import { exchangeOf } from '@waybill/contract-kit';
import type { ChannelModel, ConfirmChannel, Message as AmqpMessage } from 'amqplib';
import { reasonOf } from '../../errors.js';
import { CONTENT_TYPE } from '../../envelope.js';
import type { Logger } from '../../message.js';
import type { OutboxRow } from '../../sending/outbox.js';
import type { Published, Publisher, RefusedRow } from '../../sending/relay.js';
import type { Tuning } from '../../tuning.js';
import { RabbitConnection, type RabbitOptions } from './connection.js';

/** A channel, and why the broker has closed it. A broker that refuses a message closes the channel, not the connection. */
interface Open {
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
  refusal?: string;
}

/** The answers for a claim, as they come. */
interface Answers {
  readonly confirmed: Set<string>;
  readonly refused: RefusedRow[];
  /** By type, with the reason. */
  readonly closed: Map<string, string>;
}

/**
 * Sends commands to their exchange: persistent, mandatory, pipelined with confirms. It has its own connection, because a
 * broker that blocks publishers (memory, disk) stops everything on their connection, acknowledgements included.
 */
export class RabbitPublisher implements Publisher {
  readonly lane = 'rabbitmq';
  readonly destination: string;
  readonly #connection: RabbitConnection;
  #open: Open | undefined;
  #blocked = false;
  /** The broker has confirmed nothing on this connection yet. A broker that blocks says so only when something is published. */
  #untried = true;
  #interrupt: () => void = () => {};
  #onUp: () => void = () => {};
  /** Unroutable messages of the claim in hand: the broker returns them, and then confirms them all the same. */
  readonly #returned = new Map<string, string>();
  /**
   * Types that the broker refused last. They are sent after the others, one row of each, because a refusal takes the whole
   * channel.
   */
  readonly #doubtful = new Set<string>();

  constructor(
    service: string,
    options: RabbitOptions,
    private readonly tuning: Tuning,
    private readonly log: Logger,
  ) {
    this.destination = exchangeOf(service);
    this.#connection = new RabbitConnection(
      options,
      `${service} relay`,
      tuning,
      (connection) => this.#connected(connection),
      () => this.#lost(),
      log,
    );
  }

  get up(): boolean {
    return this.#open !== undefined && !this.#blocked;
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
    const until = performance.now() + this.tuning.publishTimeoutMs;
    const answers: Answers = { confirmed: new Set(), refused: [], closed: new Map() };
    this.#returned.clear();
    const doubtful = rows.filter(({ type }) => this.#doubtful.has(type));
    let trusted = rows.filter(({ type }) => !this.#doubtful.has(type));
    if (this.#untried && trusted.length > 1) {
      // A broker that blocks would leave the whole claim waiting in the connection, and the claim would be published once more
      // when the broker goes on.
      await this.#send(trusted.slice(0, 1), answers);
      trusted = trusted.slice(1);
    }
    const refused = this.up && (await this.#send(trusted, answers));
    if (refused) await this.#oneByOne(unanswered(trusted, answers), until, answers);
    await this.#oneByOne(doubtful, until, answers);
    return {
      confirmed: [...answers.confirmed],
      refused: answers.refused,
      closed: [...answers.closed].map(([path, reason]) => ({ path, reason })),
    };
  }

  /**
   * The broker closes a channel for one message, and the confirms of all others go with it. This finds the message. It
   * publishes each row once more at most, because the row's type is known from then on. It begins no row after `until`: a
   * claim lasts two publish timeouts at most, and the rest goes with the next one.
   */
  async #oneByOne(rows: readonly OutboxRow[], until: number, answers: Answers): Promise<void> {
    for (const row of rows) {
      if (!this.up || performance.now() > until) return;
      if (!answers.closed.has(row.type)) await this.#send([row], answers);
    }
  }

  /** Publishes rows together and notes the answers. True: the broker has closed the channel for one of several. */
  async #send(rows: readonly OutboxRow[], answers: Answers): Promise<boolean> {
    if (rows.length === 0) return false;
    const open = await this.#usable();
    if (!open) return false;
    const interrupted = new Promise<'interrupted'>((resolve) => {
      this.#interrupt = () => resolve('interrupted');
    });
    const all = Promise.all(rows.map((row) => this.#publish(open, row, answers)));
    const outcome = await within(this.tuning.publishTimeoutMs, Promise.race([all, interrupted]));
    if (outcome === 'interrupted') return false;
    if (outcome === 'late') {
      // The quorum of one queue may be away, and those of others there. So only the types without an answer wait.
      for (const { type } of unanswered(rows, answers)) this.#shut(type, 'the broker did not confirm in time', answers);
      this.log.warn({ broker: 'rabbitmq', rows: rows.length }, 'the broker did not confirm in time: the connection is replaced');
      await this.#connection.reset('the broker did not confirm in time');
      return false;
    }
    if (open.refusal === undefined) return false;
    if (rows.length > 1) return true;
    // The broker asks for rights and exchanges by type: other rows of this type would close the channel, too.
    this.#refuse(rows[0]!, open.refusal, answers);
    return false;
  }

  /** Resolves with the broker's answer, or when the channel has closed: then there is no answer. */
  #publish({ channel }: Open, row: OutboxRow, answers: Answers): Promise<void> {
    return new Promise((resolve) => {
      const answer = (error: unknown) => {
        const unroutable = this.#returned.get(row.message_id);
        if (unroutable) this.#refuse(row, unroutable, answers);
        else if (!error) {
          this.#untried = false;
          this.#doubtful.delete(row.type);
          answers.confirmed.add(row.id);
        } else if (isNack(error)) this.#refuse(row, 'the broker refused it (basic.nack): is its queue full?', answers);
        resolve();
      };
      try {
        channel.publish(
          this.destination,
          row.type,
          row.body,
          { mandatory: true, persistent: true, messageId: row.message_id, type: row.type, contentType: CONTENT_TYPE },
          answer,
        );
      } catch {
        // The channel closed under us.
        resolve();
      }
    });
  }

  #refuse(row: OutboxRow, reason: string, answers: Answers): void {
    answers.refused.push({ id: row.id, reason });
    this.#shut(row.type, reason, answers);
  }

  #shut(type: string, reason: string, answers: Answers): void {
    this.#doubtful.add(type);
    answers.closed.set(type, reason);
  }

  /** Returns the channel, or a new one on the same connection when the broker has closed the old one for a message. */
  async #usable(): Promise<Open | undefined> {
    const open = this.#open;
    if (open?.refusal === undefined) return open;
    const opened = await within(this.tuning.publishTimeoutMs, this.#openChannel(open.connection)).catch(reasonOf);
    if (typeof opened === 'object') return opened;
    await this.#connection.reset(`the broker opened no channel (${opened})`);
    return undefined;
  }

  async #connected(connection: ChannelModel): Promise<void> {
    // A broker that blocked before may still block on the new connection: the first row tells.
    this.#blocked = false;
    this.#untried = true;
    connection.on('blocked', (reason: string) => {
      this.#blocked = true;
      this.log.error({ broker: 'rabbitmq', reason }, 'the broker blocks publishers');
      // The lane gives the claim back. The broker publishes what the connection holds of it when it goes on, and the lane
      // publishes it once more.
      this.#interrupt();
    });
    connection.on('unblocked', () => {
      this.#blocked = false;
      this.log.info({ broker: 'rabbitmq' }, 'the broker takes messages again');
      this.#onUp();
    });
    await this.#openChannel(connection);
    this.#onUp();
  }

  #lost(): void {
    this.#open = undefined;
    this.#interrupt();
  }

  async #openChannel(connection: ChannelModel): Promise<Open> {
    const channel = await connection.createConfirmChannel();
    const open: Open = { connection, channel };
    channel.on('error', (error: Error) => (open.refusal = reasonOf(error)));
    channel.on('close', () => {
      if (this.#open === open && open.refusal === undefined) void this.#connection.reset('the relay channel was closed');
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
    return (this.#open = open);
  }
}

const unanswered = (rows: readonly OutboxRow[], { confirmed, refused }: Answers): OutboxRow[] => {
  const answered = new Set([...confirmed, ...refused.map(({ id }) => id)]);
  return rows.filter(({ id }) => !answered.has(id));
};

/** amqplib tells a refusal from a channel that closed by this text alone. */
const isNack = (error: unknown) => error instanceof Error && error.message === 'message nacked';

async function within<T>(ms: number, work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
