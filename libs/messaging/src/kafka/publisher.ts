import { PARTITIONS, type ServiceName, topicOf } from '@waybill/contracts';
import { type Admin, type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';
import { CONTENT_TYPE } from '../envelope.js';
import type { Logger } from '../message.js';
import type { OutboxRow } from '../outbox.js';
import { describe } from '../parking.js';
import type { Published, Publisher } from '../relay.js';
import type { Tuning } from '../tuning.js';
import { IMPATIENT_RETRY, KafkaClient, type KafkaOptions } from './client.js';

/** How often an idle lane asks whether its broker is there. */
const ASK_MS = 2_000;

/** A failed send is tried again from the outbox, on a new producer. Inside the old one a retry would go on unseen. */
const NO_RETRY = { retries: 0 };

/** The part of kafkajs's producer that a claim needs. */
export type Sends = Pick<Producer, 'connect' | 'disconnect' | 'send'>;

/**
 * Events to the service's topic, with acks from all replicas. Not idempotent in kafkajs's sense: after a failed send that
 * mode reuses sequence numbers, and the broker acknowledges and drops other records. Copies are the inbox's job, and order
 * per key comes from the claim: one send in flight per lane.
 */
export class KafkaPublisher implements Publisher {
  readonly lane = 'kafka';
  readonly #topic: string;
  readonly #client: KafkaClient;
  readonly #watcher: KafkaClient;
  readonly #admin: Admin;
  #producer: Sends | undefined;
  #onUp: () => void = () => {};
  #closed = false;
  #retry: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(
    service: string,
    options: KafkaOptions,
    private readonly tuning: Tuning,
    private readonly log: Logger,
    /** How to make a producer; the specs pass one that leaves partitions out of its answers. */
    private readonly makeProducer: (kafka: Kafka) => Sends = (kafka) =>
      kafka.producer({ allowAutoTopicCreation: false, idempotent: false, maxInFlightRequests: 1, retry: NO_RETRY }),
  ) {
    this.#topic = topicOf(service as ServiceName);
    this.#client = new KafkaClient(`${service}-relay`, options, IMPATIENT_RETRY, log);
    this.#watcher = new KafkaClient(`${service}-relay-watch`, options, IMPATIENT_RETRY, log);
    this.#admin = this.#watcher.kafka.admin();
  }

  get up(): boolean {
    return this.#producer !== undefined;
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
    try {
      return { confirmed: await this.#send(rows), refused: [] };
    } catch (error) {
      if (!isRefusal(error)) return this.#noAnswer(rows, error);
      if (rows.length === 1) return { confirmed: [], refused: [{ id: rows[0]!.id, reason: describe(error) }] };
      return this.#oneByOne(rows, startedAt + this.tuning.publishTimeoutMs);
    }
  }

  /**
   * A batch with a record that the broker refuses is refused whole: find the record, and hold back only its key. Begins no
   * send after `until`, so that a claim lasts two publish timeouts at most, which is below the time that PostgreSQL lets
   * its transaction be idle; what is left goes with the next claim.
   */
  async #oneByOne(rows: readonly OutboxRow[], until: number): Promise<Published> {
    const confirmed: string[] = [];
    const refused: { id: string; reason: string }[] = [];
    const heldKeys = new Set<string>();
    for (const row of refusedBeforeLast(rows)) {
      if (!this.up || performance.now() > until) break;
      if (heldKeys.has(row.key)) continue;
      const result = await this.publish([row]);
      confirmed.push(...result.confirmed);
      refused.push(...result.refused);
      if (result.confirmed.length === 0) heldKeys.add(row.key);
    }
    return { confirmed, refused };
  }

  /** The rows that the broker has confirmed. */
  async #send(rows: readonly OutboxRow[]): Promise<string[]> {
    const producer = this.#producer;
    if (!producer) return [];
    const placed = rows.map((row) => ({ row, partition: partitionOf(row.key) }));
    const messages: Message[] = placed.map(({ row, partition }) => ({
      key: row.key,
      value: row.body,
      partition,
      headers: { 'content-type': CONTENT_TYPE },
    }));
    const sent = producer.send({ topic: this.#topic, acks: -1, timeout: this.tuning.publishTimeoutMs, messages });
    const answers = await within(this.tuning.publishTimeoutMs, sent);
    // kafkajs can resolve without having sent a partition whose leader moved: only what the answer names is acknowledged.
    const acknowledged = new Set(answers.filter(({ errorCode }) => errorCode === 0).map(({ partition }) => partition));
    return placed.filter(({ partition }) => acknowledged.has(partition)).map(({ row }) => row.id);
  }

  /** A send without an answer goes on in the background: its producer is closed before the lane claims again. */
  async #noAnswer(rows: readonly OutboxRow[], error: unknown): Promise<Published> {
    this.log.warn(
      { broker: 'kafka', rows: rows.length, reason: describe(error) },
      'the broker did not confirm: the producer is replaced',
    );
    await this.#drop();
    this.#connectSoon();
    return { confirmed: [], refused: [] };
  }

  /** An idle producer does not notice that its broker is away, and a service that sends nothing would call itself ready. */
  async #ask(): Promise<void> {
    if (!this.up) return;
    try {
      await within(
        this.tuning.publishTimeoutMs,
        this.#admin.connect().then(() => this.#admin.describeCluster()),
      );
    } catch (error) {
      if (this.up) await this.#noAnswer([], error);
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
      this.log.debug({ broker: 'kafka', reason: describe(error) }, 'the relay could not connect');
      await producer.disconnect().catch(() => undefined);
      return this.#connectSoon();
    }
    if (this.#closed || this.#producer) return void producer.disconnect().catch(() => undefined);
    this.#producer = producer;
    this.#onUp();
  }

  #connectSoon(): void {
    // A send and a question may go unanswered at the same time: one successor is enough.
    clearTimeout(this.#retry);
    if (!this.#closed) this.#retry = setTimeout(() => void this.#connect(), this.tuning.reconnectMs);
  }
}

/** Keys with a row that was refused before go last, or it would take the time of all others in every claim. A key keeps its order. */
function refusedBeforeLast(rows: readonly OutboxRow[]): OutboxRow[] {
  const late = new Set(rows.filter(({ attempts }) => attempts > 0).map(({ key }) => key));
  return [...rows.filter(({ key }) => !late.has(key)), ...rows.filter(({ key }) => late.has(key))];
}

const partitionOfMessage = Partitioners.DefaultPartitioner();
const partitionMetadata = Array.from({ length: PARTITIONS }, (_, partitionId) => ({
  partitionId,
  leader: 0,
  replicas: [],
  isr: [],
  partitionErrorCode: 0,
  offlineReplicas: [],
}));

/** Murmur2 of the key, as the Java client does it. Chosen here, because a claim must know which rows an answer is about. */
export const partitionOf = (key: string): number =>
  partitionOfMessage({ topic: '', partitionMetadata, message: { key, value: null } });

// What repeating the same bytes cannot mend: invalid record, too large, missing topic or right, invalid topic, invalid timestamp.
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

async function within<T>(ms: number, sent: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([sent, timeout]);
  } finally {
    clearTimeout(timer);
    // After a timeout the send ends later, and nobody waits for it any more.
    sent.catch(() => undefined);
  }
}
