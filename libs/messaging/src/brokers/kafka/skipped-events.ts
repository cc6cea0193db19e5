import type { Admin, Batch } from 'kafkajs';
import { reasonOf } from '../../errors.js';
import type { Logger } from '../../message.js';
import { eventsSkippedTotal } from '../../metrics.js';

/**
 * Tells of events that Kafka removed before this group read them: the group was away for longer than the retention. kafkajs
 * then goes on with the earliest event that is left, and says nothing. Offsets of our topics have no holes (no transactions,
 * no compaction). So the distance between the offset that comes and the one that was expected is the number of events that are
 * lost to the group.
 */
export class SkippedEvents {
  /** The offset that comes next in a partition of this assignment. */
  readonly #next = new Map<string, bigint>();
  /** The last offsets that the group was seen to have committed. */
  readonly #committed = new Map<string, bigint>();
  #asked: Promise<void> = Promise.resolve();

  constructor(
    private readonly admin: Admin,
    private readonly group: string,
    private readonly topics: readonly string[],
    private readonly log: Logger,
  ) {}

  /**
   * Asks where the group stands. It asks before the consumer joins, because kafkajs soon replaces an offset that is not there
   * any more by -2 (the earliest). And it asks at each assignment, because other replicas went on meanwhile.
   */
  ask(): Promise<void> {
    this.#next.clear();
    this.#asked = this.#readCommitted().catch((error: unknown) =>
      this.log.warn({ broker: 'kafka', reason: reasonOf(error) }, 'whether events were skipped cannot be told for now'),
    );
    return this.#asked;
  }

  /** Compares the first event of a batch with the one that was expected. */
  async look({ topic, partition, messages }: Batch): Promise<void> {
    await this.#asked;
    const place = `${topic}/${partition}`;
    const expected = this.#next.get(place) ?? this.#committed.get(place);
    const first = BigInt(messages[0]!.offset);
    const skipped = expected === undefined || first < expected ? 0 : Number(first - expected);
    eventsSkippedTotal.inc({ topic, partition }, skipped);
    if (skipped === 0) return;
    this.log.error(
      { broker: 'kafka', group: this.group, topic, partition, events: skipped, from: String(expected), to: String(first - 1n) },
      'Kafka had removed events before this group read them',
    );
    this.settled(topic, partition, first);
  }

  settled(topic: string, partition: number, next: bigint): void {
    this.#next.set(`${topic}/${partition}`, next);
  }

  close(): Promise<void> {
    return this.admin.disconnect().catch(() => undefined);
  }

  async #readCommitted(): Promise<void> {
    await this.admin.connect();
    for (const { topic, partitions } of await this.admin.fetchOffsets({ groupId: this.group, topics: [...this.topics] })) {
      for (const { partition, offset } of partitions) {
        // The counter begins at 0, so that the first increase is one.
        eventsSkippedTotal.inc({ topic, partition }, 0);
        if (!offset.startsWith('-')) this.#committed.set(`${topic}/${partition}`, BigInt(offset));
      }
    }
  }
}
