import { type Logger, silent } from '../../message.js';
import { IMPATIENT_RETRY, KafkaClient, type KafkaOptions } from './client.js';

/** A topic, how far it has grown, and how far each group that reads it has come. Offsets are strings, as Kafka's are 64 bits. */
export interface TopicState {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly start: string; readonly end: string }[];
  readonly groups: readonly GroupState[];
}

export interface GroupState {
  readonly group: string;
  /** How many consumers are in the group; none reads when it is 0. */
  readonly members: number;
  /** Events that the group has not settled yet, over all partitions. */
  readonly lag: number;
  readonly partitions: readonly {
    readonly partition: number;
    readonly committed: string;
    readonly lag: number;
    /** Events that Kafka has removed before the group read them: lost to it. */
    readonly removedUnread: number;
  }[];
}

/**
 * Lists every topic of the brokers but Kafka's own, by name, with the groups that have an offset in it. It asks the brokers
 * once, joins no group and moves no offset. Throws when no broker answers within some seconds.
 */
export async function topicsAndLag(options: KafkaOptions, log: Logger = silent): Promise<TopicState[]> {
  const client = new KafkaClient('topics-and-lag', options, IMPATIENT_RETRY, log);
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    const topics = (await admin.listTopics()).filter((topic) => !topic.startsWith('__')).sort();
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId).sort();
    const described = groups.length > 0 ? (await admin.describeGroups(groups)).groups : [];
    const committed = await Promise.all(groups.map((groupId) => admin.fetchOffsets({ groupId, topics })));
    return await Promise.all(
      topics.map(async (topic) => {
        const partitions = (await admin.fetchTopicOffsets(topic))
          .map(({ partition, low, high }) => ({ partition, start: low, end: high }))
          .sort((a, b) => a.partition - b.partition);
        const states = groups.flatMap((group, index) => {
          const offsets = committed[index]!.find((entry) => entry.topic === topic)?.partitions ?? [];
          const members = described.find(({ groupId }) => groupId === group)?.members.length ?? 0;
          const state = groupState(group, members, partitions, offsets);
          return state.partitions.length > 0 ? [state] : [];
        });
        return { topic, partitions, groups: states };
      }),
    );
  } finally {
    await admin.disconnect();
    client.end();
  }
}

/**
 * A partition in which the group has no offset (-1) is not the group's. A partition in which kafkajs has reset the offset (-2,
 * the earliest) says nothing of what was removed. Events that retention removed before the group read them are not lag. A
 * topic that was made anew ends before the offset that its group has kept.
 */
export function groupState(
  group: string,
  members: number,
  ends: TopicState['partitions'],
  offsets: readonly { readonly partition: number; readonly offset: string }[],
): GroupState {
  const partitions = ends.flatMap(({ partition, start, end }) => {
    const committed = offsets.find((entry) => entry.partition === partition)?.offset ?? '-1';
    if (committed === '-1') return [];
    const from = BigInt(committed) > BigInt(start) ? BigInt(committed) : BigInt(start);
    const removedUnread = BigInt(committed) < 0n ? 0 : Number(from - BigInt(committed));
    return [{ partition, committed, lag: Math.max(0, Number(BigInt(end) - from)), removedUnread }];
  });
  return { group, members, lag: partitions.reduce((sum, { lag }) => sum + lag, 0), partitions };
}
