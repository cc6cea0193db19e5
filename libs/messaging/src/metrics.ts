import { Counter, Gauge } from 'prom-client';
import { COUNTED_UP_TO } from './backlog.js';
import { HistogramWithExemplars } from './exemplars.js';
import { Scraped } from './scraped.js';

/**
 * What became of messages, by type. `failed` and `fenced` (another worker took the retry over) count attempts. The others
 * count messages.
 */
export const messagesTotal = new Counter({
  name: 'waybill_messages_total',
  help: 'Messages by type (unknown: of no contract here) and what became of them: handled, duplicate, skipped, failed, fenced, parked, dead',
  labelNames: ['type', 'outcome'] as const,
});

export const handlerSeconds = new HistogramWithExemplars({
  name: 'waybill_handler_seconds',
  help: 'Time that a handler took',
  labelNames: ['type'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

export const publishedTotal = new Counter({
  name: 'waybill_relay_rows_total',
  help: 'Outbox rows by lane and answer of the broker: confirmed, refused, unconfirmed',
  labelNames: ['lane', 'answer'] as const,
});

export const sequenceGapsTotal = new Counter({
  name: 'waybill_sequence_gaps_total',
  help: 'Events whose predecessor of the same key this process has not seen',
  labelNames: ['stream'] as const,
});

export const eventsSkippedTotal = new Counter({
  name: 'waybill_kafka_skipped_events_total',
  help: 'Events that Kafka had removed before this group read them',
  labelNames: ['topic', 'partition'] as const,
});

export const clockAheadSeconds = new Gauge({
  name: 'waybill_clock_ahead_seconds',
  help: "How far the clock of this process was ahead of its database's when they were last compared; negative: behind",
});

/**
 * Rows that wait in the service's database. Every replica tells the same figures. `rows` and `heldRows` end at
 * `COUNTED_UP_TO`.
 */
export interface Backlog {
  /** `heldRows`: rows that the broker has refused and that wait for their next try. */
  outbox: { lane: string; rows: number; oldestSeconds: number; heldRows: number }[];
  parked: { state: string; rows: number; oldestSeconds: number }[];
  /** `overdueSeconds`: how late the first timer is that should have fired. */
  timers: { rows: number; overdueSeconds: number };
}

export const backlog = new Scraped<Backlog>(1_000);
backlog.gauge(
  'waybill_outbox_rows',
  `Rows in the outbox, by lane; ${COUNTED_UP_TO} means so many or more`,
  ['lane'],
  ({ outbox }) => outbox.map(({ lane, rows }) => [{ lane }, rows]),
);
backlog.gauge('waybill_outbox_oldest_seconds', 'Age of the oldest outbox row, by lane', ['lane'], ({ outbox }) =>
  outbox.map(({ lane, oldestSeconds }) => [{ lane }, oldestSeconds]),
);
backlog.gauge(
  'waybill_outbox_held_rows',
  `Outbox rows that the broker has refused, by lane; ${COUNTED_UP_TO} means so many or more`,
  ['lane'],
  ({ outbox }) => outbox.map(({ lane, heldRows }) => [{ lane }, heldRows]),
);
backlog.gauge(
  'waybill_parked_rows',
  `Parked messages by state: waiting, dead; ${COUNTED_UP_TO} means so many or more`,
  ['state'],
  ({ parked }) => parked.map(({ state, rows }) => [{ state }, rows]),
);
backlog.gauge('waybill_parked_oldest_seconds', 'Age of the oldest parked message, by state', ['state'], ({ parked }) =>
  parked.map(({ state, oldestSeconds }) => [{ state }, oldestSeconds]),
);
backlog.gauge('waybill_timers_rows', `Timers that are set; ${COUNTED_UP_TO} means so many or more`, [], ({ timers }) => [
  [{}, timers.rows],
]);
backlog.gauge('waybill_timers_overdue_seconds', 'How late the first timer is that has not fired', [], ({ timers }) => [
  [{}, timers.overdueSeconds],
]);

/** How far each group has come with the events that this service emits. The emitter tells it, because the reader may be dead. */
export interface Lag {
  readonly group: string;
  readonly topic: string;
  readonly members: number;
  readonly lag: number;
  readonly committed: number;
  readonly partitions: readonly {
    readonly partition: number;
    readonly lag: number;
    /** Events that Kafka has removed before the group had read them. */
    readonly removedUnread: number;
  }[];
}

/** One series for each group and partition, with what this reads of it. */
const byPartition = (read: (partition: Lag['partitions'][number]) => number) => (groups: readonly Lag[]) =>
  groups.flatMap(({ group, topic, partitions }) =>
    partitions.map((each) => [{ group, topic, partition: String(each.partition) }, read(each)] as const),
  );

export const lag = new Scraped<readonly Lag[]>(4_500);
lag.gauge('waybill_kafka_lag', 'Events that a group has not settled yet', ['group', 'topic'], (groups) =>
  groups.map(({ group, topic, lag: events }) => [{ group, topic }, events]),
);
lag.gauge(
  'waybill_kafka_partition_lag',
  'Events of a partition that a group has not settled yet',
  ['group', 'topic', 'partition'],
  byPartition(({ lag: events }) => events),
);
lag.gauge('waybill_kafka_committed', 'Events that a group has settled: its offsets, summed up', ['group', 'topic'], (groups) =>
  groups.map(({ group, topic, committed }) => [{ group, topic }, committed]),
);
lag.gauge(
  'waybill_kafka_removed_unread_events',
  'Events that Kafka has removed and that a group has not read',
  ['group', 'topic', 'partition'],
  byPartition(({ removedUnread }) => removedUnread),
);
lag.gauge('waybill_kafka_group_members', 'Consumers in a group', ['group'], (groups) =>
  groups.map(({ group, members }) => [{ group }, members]),
);

export type BrokerHealth = 'up' | 'down' | 'unused';

/** As `Messaging.health()` tells it. */
export interface Brokers {
  readonly rabbitmq: BrokerHealth;
  readonly kafka: BrokerHealth;
  readonly missing: readonly { readonly broker: string; readonly object: string }[];
}

export const brokers = new Scraped<Brokers>(0);
brokers.gauge('waybill_broker_up', 'Whether a broker can be sent to and is listened to', ['broker'], ({ rabbitmq, kafka }) =>
  Object.entries({ rabbitmq, kafka }).flatMap(([broker, is]) =>
    is === 'unused' ? [] : [[{ broker }, Number(is === 'up')] as const],
  ),
);
brokers.gauge(
  'waybill_broker_object_missing',
  'A queue or a topic that this service needs and that its broker does not have',
  ['broker', 'object'],
  ({ missing }) => missing.map(({ broker, object }) => [{ broker, object }, 1]),
);
