import { topicOf } from '@waybill/contract-kit';
import type { Admin, Kafka, Message, Producer } from 'kafkajs';
import { reasonOf } from '../../errors.js';
import { BrokerAway } from '../broker-away.js';
import type { ClosedPath } from '../../sending/closed-paths.js';
import { CONTENT_TYPE } from '../../envelope.js';
import type { Logger } from '../../message.js';
import type { OutboxRow } from '../../sending/outbox.js';
import type { Published, Publisher, RefusedRow } from '../../sending/relay.js';
import type { Tuning } from '../../tuning.js';
import { IMPATIENT_RETRY, KafkaClient, type KafkaOptions } from './client.js';
import { partitionOf } from './partition-of.js';

/** How often an idle lane asks whether its broker is there. */
const ASK_MS = 2_000;

/** The outbox sends again what has failed, on a new producer. Inside the old one a retry would go on unseen. */
const NO_RETRY = { retries: 0 };

/** The part of kafkajs's producer that a claim needs. */
export type Sends = Pick<Producer, 'connect' | 'disconnect' | 'send'>;

/**
 * Sends events to the service's topic, with acks from all replicas. It is not idempotent in kafkajs's sense: after a failed
 * send that mode reuses sequence numbers, and the broker acknowledges and drops other records. The inbox drops copies. The
 * claim keeps the order per key: one send is in flight per lane.
 */
export class KafkaPublisher implements Publisher {
  readonly lane = 'kafka';
  readonly destination: string;
  readonly #client: KafkaClient;
  readonly #watcher: KafkaClient;
  readonly #admin: Admin;
  #producer: Sends | undefined;
  #onUp: () => void = () => {};
  readonly #away: BrokerAway;
  /**
   * Partitions that the broker did not acknowledge last. Until each of them was acknowledged, every partition is sent and
   * judged by itself.
   */
  readonly #doubtful = new Set<number>();
  #missing: readonly string[] = [];
  #closed = false;
  #retry: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(
    service: string,
    options: KafkaOptions,
    private readonly tuning: Tuning,
    private readonly log: Logger,
    /** The topics that the service writes and reads. The question whether the broker is there asks for them, too. */
    private readonly topics: readonly string[] = [],
    /** How to make a producer; the specs pass one that leaves partitions out of its answers. */
    private readonly makeProducer: (kafka: Kafka) => Sends = (kafka) =>
      kafka.producer({ allowAutoTopicCreation: false, idempotent: false, maxInFlightRequests: 1, retry: NO_RETRY }),
  ) {
    this.destination = topicOf(service);
    this.#client = new KafkaClient(`${service}-relay`, options, IMPATIENT_RETRY, log);
    this.#watcher = new KafkaClient(`${service}-relay-watch`, options, IMPATIENT_RETRY, log);
    this.#admin = this.#watcher.kafka.admin();
    this.#away = new BrokerAway('kafka', `${service} relay`, tuning, log);
  }

  get up(): boolean {
    return this.#producer !== undefined;
  }

  /** Topics that are not there, as far as the broker has answered. */
  get missing(): readonly string[] {
    return this.#missing;
  }

  onUp(listener: () => void): void {
    this.#onUp = listener;
  }

  start(): void {
    void this.#connect();
    this.#watch = setInterval(() => void this.#ask(), ASK_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    await Promise.all([this.#drop(), this.#admin.disconnect().catch(() => undefined)]);
    // A connection that was being made meanwhile would stay.
    this.#client.end();
    this.#watcher.end();
  }

  async publish(rows: readonly OutboxRow[]): Promise<Published> {
    const startedAt = performance.now();
    if (this.#doubtful.size > 0) return this.#byPartition(rows, startedAt);
    try {
      return await this.#send(rows);
    } catch (error) {
      if (isRefusal(error)) return this.#find(rows, error, startedAt);
      // When one partition has failed, kafkajs fails the send as a whole and does not tell the answers of the others.
      for (const { key } of rows) this.#doubtful.add(partitionOf(key));
      if (!isUnanswered(error)) return this.#byPartition(rows, startedAt);
      await this.#noAnswer(rows, error);
      return { confirmed: [], refused: [], closed: [] };
    }
  }

  /** Makes one send per partition, side by side: the error of one is no answer to the others. */
  async #byPartition(rows: readonly OutboxRow[], startedAt: number): Promise<Published> {
    const parts = [...Map.groupBy(rows, ({ key }) => partitionOf(key))];
    const results = await Promise.all(
      parts.map(async ([partition, part]): Promise<Published & { unanswered?: unknown }> => {
        try {
          return await this.#send(part);
        } catch (error) {
          if (isRefusal(error)) return this.#find(part, error, startedAt);
          const closed = [{ path: String(partition), reason: reasonOf(error) }];
          return { confirmed: [], refused: [], closed, ...(isUnanswered(error) && { unanswered: error }) };
        }
      }),
    );
    const { unanswered } = results.find((result) => result.unanswered !== undefined) ?? {};
    if (unanswered !== undefined) await this.#noAnswer(rows, unanswered);
    return {
      confirmed: results.flatMap(({ confirmed }) => confirmed),
      refused: results.flatMap(({ refused }) => refused),
      closed: results.flatMap(({ closed }) => closed),
    };
  }

  /** A refused row that was alone is found. Among several rows, this looks for it. */
  async #find(rows: readonly OutboxRow[], error: unknown, startedAt: number): Promise<Published> {
    if (rows.length === 1) return { confirmed: [], refused: [{ id: rows[0]!.id, reason: reasonOf(error) }], closed: [] };
    return this.#oneByOne(rows, startedAt + this.tuning.publishTimeoutMs);
  }

  /**
   * The broker refuses a batch as a whole for one record. This finds the record, and holds back only its key. It begins no
   * send after `until`, so that a claim lasts two publish timeouts at most, which is below the time that PostgreSQL lets its
   * transaction be idle. The rest goes with the next claim.
   */
  async #oneByOne(rows: readonly OutboxRow[], until: number): Promise<Published> {
    const confirmed: string[] = [];
    const refused: RefusedRow[] = [];
    const closed: ClosedPath[] = [];
    const heldKeys = new Set<string>();
    for (const row of refusedBeforeLast(rows)) {
      if (!this.up || performance.now() > until) break;
      if (heldKeys.has(row.key)) continue;
      const result = await this.publish([row]);
      confirmed.push(...result.confirmed);
      refused.push(...result.refused);
      closed.push(...result.closed);
      if (result.confirmed.length === 0) heldKeys.add(row.key);
    }
    return { confirmed, refused, closed };
  }

  /** Tells what the broker has confirmed, and which partitions its answer leaves out. */
  async #send(rows: readonly OutboxRow[]): Promise<Published> {
    const producer = this.#producer;
    if (!producer) return { confirmed: [], refused: [], closed: [] };
    const placed = rows.map((row) => ({ row, partition: partitionOf(row.key) }));
    const messages: Message[] = placed.map(({ row, partition }) => ({
      key: row.key,
      value: row.body,
      partition,
      headers: { 'content-type': CONTENT_TYPE },
    }));
    // The broker gives up a partition whose replicas lag before the lane gives up the broker, and says which one it is.
    const timeout = Math.round(0.8 * this.tuning.publishTimeoutMs);
    const sent = producer.send({ topic: this.destination, acks: -1, timeout, messages });
    const answers = await within(this.tuning.publishTimeoutMs, sent);
    // kafkajs can resolve without having sent a partition whose leader moved. Only what the answer names is acknowledged.
    const acknowledged = new Set(answers.filter(({ errorCode }) => errorCode === 0).map(({ partition }) => partition));
    const missing = new Set(placed.map(({ partition }) => partition).filter((partition) => !acknowledged.has(partition)));
    for (const partition of acknowledged) this.#doubtful.delete(partition);
    for (const partition of missing) this.#doubtful.add(partition);
    return {
      confirmed: placed.filter(({ partition }) => acknowledged.has(partition)).map(({ row }) => row.id),
      refused: [],
      closed: [...missing].map((partition) => ({ path: String(partition), reason: 'the answer of the broker leaves it out' })),
    };
  }

  /** A send without an answer goes on in the background. So its producer is closed before the lane claims again. */
  async #noAnswer(rows: readonly OutboxRow[], error: unknown): Promise<void> {
    this.#missing = [];
    if (rows.length > 0) {
      const fields = { broker: 'kafka', rows: rows.length, reason: reasonOf(error) };
      this.log.warn(fields, 'the broker did not confirm: the producer is replaced');
    }
    await this.#drop();
    this.#connectSoon(error);
  }

  /** An idle producer does not notice that its broker is away, and a service that sends nothing would call itself ready. */
  async #ask(): Promise<void> {
    if (!this.up) return;
    try {
      await within(
        this.tuning.publishTimeoutMs,
        this.#admin.connect().then(() => this.#admin.describeCluster()),
      );
      await this.#lookForTopics();
    } catch (error) {
      if (this.up) await this.#noAnswer([], error);
    }
  }

  async #lookForTopics(): Promise<void> {
    if (this.topics.length === 0) return;
    const missing = await this.#missingTopics().catch((error: unknown) => {
      // The broker has just answered: a partition that elects its leader says nothing of the broker.
      this.log.debug({ broker: 'kafka', reason: reasonOf(error) }, 'whether every topic is there cannot be told for now');
      return this.#missing;
    });
    const isNew = missing.filter((topic) => !this.#missing.includes(topic));
    for (const topic of isNew) this.log.error({ broker: 'kafka', topic }, 'the topic is not there: has the deploy step run?');
    this.#missing = missing;
  }

  /**
   * Asks one small question. The broker's refusal does not say which topic is missing, and only then a list of all is worth
   * it.
   */
  async #missingTopics(): Promise<string[]> {
    try {
      await within(this.tuning.publishTimeoutMs, this.#admin.fetchTopicMetadata({ topics: [...this.topics] }));
      return [];
    } catch (error) {
      if ((error as { type?: string }).type !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
      const there = new Set(await within(this.tuning.publishTimeoutMs, this.#admin.listTopics()));
      return this.topics.filter((topic) => !there.has(topic));
    }
  }

  /** A disconnect alone would wait for the missing answers, up to 10 s, with the claim's transaction open. */
  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    const disconnected = producer?.disconnect().catch(() => undefined);
    this.#client.cut('the relay gave up waiting');
    await disconnected;
  }

  async #connect(): Promise<void> {
    if (this.#closed) return;
    const producer = this.makeProducer(this.#client.kafka);
    try {
      await producer.connect();
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      return this.#connectSoon(error);
    }
    if (this.#closed || this.#producer) return void producer.disconnect().catch(() => undefined);
    this.#producer = producer;
    this.#away.back();
    this.#onUp();
  }

  #connectSoon(error: unknown): void {
    // A send and a question may go unanswered at the same time: one successor is enough.
    clearTimeout(this.#retry);
    if (!this.#closed) this.#retry = setTimeout(() => void this.#connect(), this.#away.failed(reasonOf(error)));
  }
}

/**
 * Puts keys with a row that was refused before last. Otherwise such a row would take the time of all others in every claim. A
 * key keeps its order.
 */
function refusedBeforeLast(rows: readonly OutboxRow[]): OutboxRow[] {
  const late = new Set(rows.filter(({ attempts }) => attempts > 0).map(({ key }) => key));
  return [...rows.filter(({ key }) => !late.has(key)), ...rows.filter(({ key }) => late.has(key))];
}

// Errors that repeating the same bytes cannot mend: invalid record, too large, missing topic or right, invalid topic, invalid
// timestamp.
const REFUSALS = new Set([
  'CORRUPT_MESSAGE',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'TOPIC_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_TIMESTAMP',
]);

function isRefusal(error: unknown): boolean {
  const { type, cause } = error as { type?: string; cause?: { type?: string } };
  return REFUSALS.has(type ?? cause?.type ?? '');
}

/** Whether a send has gone unanswered. Such a send may still go on. */
function isUnanswered(error: unknown): boolean {
  const { name, cause } = error as { name?: string; cause?: { name?: string } };
  return [name, cause?.name].some((each) => UNANSWERED.has(each ?? ''));
}

const UNANSWERED = new Set(['NoAnswer', 'KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError']);

class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

async function within<T>(ms: number, sent: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([sent, timeout]);
  } finally {
    clearTimeout(timer);
    // After a timeout the send ends later, and nobody waits for it any more.
    sent.catch(() => undefined);
  }
}
