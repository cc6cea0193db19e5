import { groupOf } from '@waybill/contract-kit';
import type { Batch, Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { reasonOf } from '../../errors.js';
import { Gathering } from '../../gathering.js';
import type { Delivery } from '../../receiving/delivery.js';
import type { Logger } from '../../message.js';
import type { Received } from '../../receiving/received.js';
import type { Tuning } from '../../tuning.js';
import { KafkaClient, type KafkaOptions, PATIENT_RETRY } from './client.js';
import { SequenceGaps } from './sequence-gaps.js';
import { SkippedEvents } from './skipped-events.js';

/** The service is not ready when the broker was last heard of longer ago than this. A fetch returns at least every 250 ms. */
const SILENCE_MS = 5_000;

const HEARTBEAT_MS = 1_000;

/** An offset that its database has committed, and the request that tells the broker. */
interface Settled {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly commit: EachBatchPayload['commitOffsetsIfNecessary'];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Takes the events that a service handles, one partition's batch at a time. It commits offsets after the database. */
export class KafkaConsumer {
  readonly #client: KafkaClient;
  #consumer: Consumer | undefined;
  #assigned = false;
  #heardAt = 0;
  #stopping = false;
  #restart: NodeJS.Timeout | undefined;
  /** Per partition of a fresh assignment: the first offset that cannot have been in hand when a predecessor died. */
  readonly #innocentFrom = new Map<string, bigint>();
  readonly #gaps = new SequenceGaps();
  readonly #skipped: SkippedEvents;

  constructor(
    private readonly service: string,
    private readonly topics: readonly string[],
    options: KafkaOptions,
    private readonly parts: {
      delivery: Delivery;
      tuning: Tuning;
      log: Logger;
      /**
       * Resolves to true when another try is worth it after a delivery could not even be parked, and to false when it will not
       * be.
       */
      databaseIsBack: () => Promise<boolean>;
    },
  ) {
    this.#client = new KafkaClient(`${service}-consumer`, options, PATIENT_RETRY, parts.log);
    this.#skipped = new SkippedEvents(this.#client.kafka.admin(), groupOf(service), topics, parts.log);
  }

  get up(): boolean {
    return this.#assigned && Date.now() - this.#heardAt < SILENCE_MS;
  }

  /** Resolves at the first assignment, or at once when the broker is away. In that case it goes on trying. */
  async start(): Promise<void> {
    if (this.#stopping) return;
    const { tuning, log } = this.parts;
    const consumer = this.#client.kafka.consumer({
      groupId: groupOf(this.service),
      sessionTimeout: tuning.kafkaSessionMs,
      // A rebalance leaves behind a consumer that is longer in a batch than this. What the consumer did stays in the inbox.
      rebalanceTimeout: 10_000,
      heartbeatInterval: Math.min(HEARTBEAT_MS, tuning.kafkaSessionMs / 3),
      minBytes: 1,
      maxWaitTimeInMs: 250,
      allowAutoTopicCreation: false,
      // A consumer that crashed is replaced here. kafkajs's own restart would also come after a disconnect.
      retry: { ...this.#client.retry, restartOnFailure: async () => false },
    });
    this.#consumer = consumer;
    // Partitions whose batches shared a transaction tell the broker together, too.
    const settled = new Gathering<Settled>({ atMost: Infinity, run: commitTogether });
    const heard = () => (this.#heardAt = Date.now());
    consumer.on(consumer.events.FETCH, heard);
    consumer.on(consumer.events.HEARTBEAT, heard);
    const joinedOrCrashed = new Promise<void>((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, () => {
        heard();
        this.#freshlyAssigned();
        resolve();
      });
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        log.warn({ broker: 'kafka', reason: reasonOf(payload.error) }, 'the consumer crashed');
        this.#startAgain(consumer);
        resolve();
      });
    });
    try {
      await consumer.connect();
      await this.#skipped.ask();
      // Without fromBeginning a group that has no offset starts at the latest, and loses what came before its first commit.
      await consumer.subscribe({ topics: [...this.topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: tuning.kafkaPartitionsAtOnce,
        eachBatch: (payload) => this.#eachBatch(payload, settled),
      });
      await joinedOrCrashed;
    } catch (error) {
      log.warn({ broker: 'kafka', reason: reasonOf(error) }, 'the consumer could not start');
      this.#startAgain(consumer);
    }
  }

  /** Finishes the batch in hand, commits its offset, leaves the group. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    await Promise.all([this.#consumer?.disconnect().catch(() => undefined), this.#skipped.close()]);
    this.#client.end();
    this.#assigned = false;
  }

  #startAgain(consumer: Consumer): void {
    if (this.#stopping || this.#consumer !== consumer) return;
    this.#assigned = false;
    this.#consumer = undefined;
    void consumer.disconnect().catch(() => undefined);
    this.#restart = setTimeout(() => void this.start(), this.parts.tuning.reconnectMs);
  }

  #freshlyAssigned(): void {
    this.#innocentFrom.clear();
    this.#gaps.clear();
    void this.#skipped.ask();
    this.#assigned = true;
  }

  /** Throws for the heartbeat alone: any other exception here would stall every partition of this consumer. */
  async #eachBatch(
    { batch, resolveOffset, commitOffsetsIfNecessary, heartbeat, isRunning, isStale, pause }: EachBatchPayload,
    settled: Gathering<Settled>,
  ): Promise<void> {
    const { topic, partition, messages } = batch;
    if (messages.length > 0) await this.#skipped.look(batch);
    for (let from = 0; from < messages.length && isRunning() && !isStale(); from += this.parts.tuning.deliveryBatch) {
      const chunk = messages.slice(from, from + this.parts.tuning.deliveryBatch);
      const last = chunk.at(-1)!.offset;
      try {
        await keepingAlive(heartbeat, () => this.#deliver(batch, chunk));
        resolveOffset(last);
        this.#skipped.settled(topic, partition, BigInt(last) + 1n);
        // This comes right after the database's commit and before the next heartbeat, so that a clean leave repeats nothing.
        // (`consumer.commitOffsets` does nothing, silently, once the consumer is stopping: with it the batch in hand came
        // again.)
        const offset = (BigInt(last) + 1n).toString();
        await new Promise<void>((resolve, reject) =>
          settled.add({ topic, partition, offset, commit: commitOffsetsIfNecessary, resolve, reject }),
        );
      } catch (error) {
        if (isRunning()) this.#pause(`${topic}/${partition}`, pause, error);
        return;
      }
      await heartbeat();
    }
  }

  async #deliver({ topic, partition, highWatermark }: Batch, chunk: readonly KafkaMessage[]): Promise<void> {
    const place = `${topic}/${partition}`;
    const received: Received[] = chunk.map((message) =>
      this.parts.delivery.receive({
        body: message.value ?? Buffer.alloc(0),
        stream: topic,
        source: `${place}@${message.offset}`,
        ordered: true,
      }),
    );
    this.#gaps.count(received);
    const first = BigInt(chunk[0]!.offset);
    if (!this.#innocentFrom.has(place)) this.#innocentFrom.set(place, this.#innocentOffset(first, BigInt(highWatermark)));
    if (first < this.#innocentFrom.get(place)!) await this.parts.delivery.deliverCautiously(received);
    else await this.parts.delivery.deliver(received);
  }

  /** A predecessor had at most one batch in hand, and no event that came only after the partition was assigned here. */
  #innocentOffset(first: bigint, highWatermark: bigint): bigint {
    const batch = first + BigInt(this.parts.tuning.deliveryBatch);
    return batch < highWatermark ? batch : highWatermark;
  }

  /** Lets this partition wait, in order, until the database is back. The others go on. */
  #pause(place: string, pause: () => () => void, error: unknown): void {
    this.parts.log.warn({ broker: 'kafka', place, reason: reasonOf(error) }, 'the partition is paused until it can be delivered');
    const resume = pause();
    void this.parts.databaseIsBack().then((back) => back && !this.#stopping && resume());
  }
}

async function commitTogether(settled: readonly Settled[]): Promise<void> {
  const topics = [...Map.groupBy(settled, ({ topic }) => topic)].map(([topic, partitions]) => ({ topic, partitions }));
  try {
    await settled[0]!.commit({ topics });
    for (const { resolve } of settled) resolve();
  } catch (error) {
    for (const { reject } of settled) reject(error);
  }
}

/** A slow handler must not cost the membership. A rebalance shows at the heartbeat after the commit, not in here. */
async function keepingAlive(heartbeat: () => Promise<void>, work: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
