import { type Contract, kafkaTopology, topicOf } from '@waybill/contract-kit';
import type { Admin } from 'kafkajs';
import type { Logger } from '../../message.js';
import type { Lag } from '../../metrics.js';
import { IMPATIENT_RETRY, KafkaClient, type KafkaOptions } from './client.js';
import { groupState } from './topics-and-lag.js';

/**
 * Tells how far the groups have come that read what this service emits. The emitter asks, because a reader that is stuck or
 * dead cannot tell: a group's replicas would take its lag with them.
 */
export class GroupLag {
  readonly #topic: string;
  readonly #groups: readonly string[];
  readonly #client: KafkaClient;
  readonly #admin: Admin;

  constructor(service: string, contracts: readonly Contract[], options: KafkaOptions, log: Logger) {
    this.#topic = topicOf(service);
    this.#groups = kafkaTopology(contracts)
      .groups.filter(({ topics }) => topics.includes(this.#topic))
      .map(({ group }) => group);
    this.#client = new KafkaClient(`${service}-lag`, options, IMPATIENT_RETRY, log);
    this.#admin = this.#client.kafka.admin();
  }

  /** Asks the broker once, on a connection that it makes at the first question and keeps. Rejects while the broker is away. */
  async read(): Promise<Lag[]> {
    if (this.#groups.length === 0) return [];
    await this.#admin.connect();
    const [ends, { groups: described }, ...offsets] = await Promise.all([
      this.#admin.fetchTopicOffsets(this.#topic),
      this.#admin.describeGroups([...this.#groups]),
      ...this.#groups.map((groupId) => this.#admin.fetchOffsets({ groupId, topics: [this.#topic] })),
    ]);
    const partitions = ends.map(({ partition, low, high }) => ({ partition, start: low, end: high }));
    return this.#groups.map((group, index) => {
      const members = described.find(({ groupId }) => groupId === group)?.members.length ?? 0;
      const committed = offsets[index]?.[0]?.partitions ?? [];
      const state = groupState(group, members, partitions, committed);
      return {
        group,
        topic: this.#topic,
        members,
        lag: state.lag,
        committed: state.partitions.reduce((sum, { committed: offset }) => sum + Number(offset), 0),
        partitions: state.partitions,
      };
    });
  }

  async close(): Promise<void> {
    await this.#admin.disconnect().catch(() => undefined);
    this.#client.end();
  }
}
