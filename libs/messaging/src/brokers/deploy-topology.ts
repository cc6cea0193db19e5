import { type Contract, DELIVERY_LIMIT, kafkaTopology, NET_EXCHANGE, rabbitTopology } from '@waybill/contract-kit';
import type { Admin, ConfigResourceTypes, Kafka } from 'kafkajs';
import { KafkaClient, type KafkaOptions, PATIENT_RETRY } from './kafka/client.js';
import { patiently } from './kafka/patiently.js';
import { type Logger, silent } from '../message.js';
import { refuseWithoutBroker } from './needed.js';
import { openConnection, type RabbitOptions } from './rabbitmq/connection.js';

export interface DeployOptions {
  readonly contracts: readonly Contract[];
  /** A user that may configure; the services' users may not. */
  readonly rabbitmq?: RabbitOptions | undefined;
  readonly kafka?: KafkaOptions | undefined;
  /** Copies of each topic: 1 on a single broker, 3 on a cluster. */
  readonly replicationFactor?: number;
  readonly log?: Logger;
}

/** Declares everything that the contracts need on their brokers. This is a deploy step: a second run changes nothing. */
export async function deployTopology(options: DeployOptions): Promise<void> {
  const { contracts, rabbitmq, kafka, replicationFactor, log } = options;
  refuseWithoutBroker(contracts, { rabbitmq, kafka });
  await Promise.all([
    rabbitmq && deployRabbit(contracts, rabbitmq),
    kafka && deployKafka(contracts, kafka, replicationFactor, log),
  ]);
}

/**
 * A delivery limit that no message reaches. RabbitMQ 4 takes -1 for none. But up to 3.13 a -1 drops a message at its first
 * redelivery, and without a limit 4.0 and later drop it at the 20th: there is nothing behind the net.
 */
const NEVER = 1_000_000_000;

async function deployRabbit(contracts: readonly Contract[], rabbitmq: RabbitOptions): Promise<void> {
  const connection = await openConnection(rabbitmq, 'deploy');
  try {
    const channel = await connection.createChannel();
    const { exchanges, queues } = rabbitTopology(contracts);
    await channel.assertExchange(NET_EXCHANGE, 'direct', { durable: true });
    for (const exchange of exchanges) await channel.assertExchange(exchange, 'topic', { durable: true });
    for (const { queue, net, bindings } of queues) {
      await channel.assertQueue(net, { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': NEVER } });
      await channel.bindQueue(net, NET_EXCHANGE, net);
      await channel.assertQueue(queue, {
        durable: true,
        arguments: {
          'x-queue-type': 'quorum',
          // Stated, because the default differs: none before RabbitMQ 4.0, 20 since.
          'x-delivery-limit': DELIVERY_LIMIT,
          'x-dead-letter-exchange': NET_EXCHANGE,
          'x-dead-letter-routing-key': net,
          // A message leaves the queue only when the net has it.
          'x-dead-letter-strategy': 'at-least-once',
          'x-overflow': 'reject-publish',
        },
      });
      for (const { exchange, routingKey } of bindings) await channel.bindQueue(queue, exchange, routingKey);
    }
    await channel.close();
  } finally {
    await connection.close().catch(() => undefined);
  }
}

async function deployKafka(
  contracts: readonly Contract[],
  kafka: KafkaOptions,
  replicationFactor = 1,
  log: Logger = silent,
): Promise<void> {
  const client = new KafkaClient('deploy', kafka, PATIENT_RETRY, log);
  const admin = client.kafka.admin();
  await admin.connect();
  try {
    const { topics, groups } = kafkaTopology(contracts);
    const there = new Set(await patiently(() => admin.listTopics()));
    const missing = topics.filter(({ name }) => !there.has(name));
    await refuseOtherPartitions(
      admin,
      topics.filter(({ name }) => there.has(name)),
    );
    if (missing.length > 0) await createTopics(admin, missing, replicationFactor);
    await configureTopics(
      admin,
      topics.filter(({ name }) => there.has(name)).map(({ name }) => name),
    );
    await Promise.all(groups.map(({ group, topics: read }) => startAtTheBeginning(client.kafka, admin, group, read)));
  } finally {
    await admin.disconnect();
    client.end();
  }
}

/**
 * A key's partition is computed from the number of partitions. With another number, events of a key would lie in two
 * partitions, in no order, or go to a partition that is not there.
 */
async function refuseOtherPartitions(admin: Admin, topics: { name: string; partitions: number }[]): Promise<void> {
  if (topics.length === 0) return;
  const { topics: found } = await patiently(() => admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) }));
  const other = topics.flatMap(({ name, partitions }) => {
    const has = found.find((topic) => topic.name === name)?.partitions.length;
    return has === partitions ? [] : [`${name} has ${has} partitions, and its contracts are made for ${partitions}`];
  });
  if (other.length === 0) return;
  throw new Error(
    `Nothing was changed in Kafka: ${other.join('; ')}. The number decides in which partition a key is, and so the order of its events. Set PARTITIONS of libs/contracts back, or move to a new topic.`,
  );
}

/**
 * Events live for 7 days. Kafka deletes whole segments, by their youngest record: a segment of 7 days, its default, would keep its
 * first record for 14 days, as long as the inbox remembers ids.
 */
const RETENTION_MS = 7 * 24 * 3_600_000;
const SEGMENT_MS = 24 * 3_600_000;
const RETENTION = [
  { name: 'retention.ms', value: String(RETENTION_MS) },
  { name: 'segment.ms', value: String(SEGMENT_MS) },
];

/** Gives topics of an earlier deploy today's retention. Kafka replaces all settings of a topic, so the others are sent again. */
async function configureTopics(admin: Admin, names: string[]): Promise<void> {
  if (names.length === 0) return;
  const { resources } = await patiently(() =>
    admin.describeConfigs({ includeSynonyms: false, resources: names.map((name) => ({ type: TOPIC, name })) }),
  );
  const outdated = resources.flatMap(({ resourceName, configEntries }) => {
    const own = new Map(
      configEntries
        .filter(({ configSource }) => configSource === TOPIC_CONFIG)
        .map((entry) => [entry.configName, entry.configValue]),
    );
    if (RETENTION.every(({ name, value }) => own.get(name) === value)) return [];
    for (const { name, value } of RETENTION) own.set(name, value);
    return [{ name: resourceName, entries: [...own].map(([name, value]) => ({ name, value })) }];
  });
  if (outdated.length === 0) return;
  await patiently(() =>
    admin.alterConfigs({
      validateOnly: false,
      resources: outdated.map(({ name, entries }) => ({ type: TOPIC, name, configEntries: entries })),
    }),
  );
}

/** In Kafka's protocol. kafkajs names it in an enum that an ES module cannot import. */
const TOPIC = 2 as ConfigResourceTypes;
/** Set for the topic itself, not inherited from the broker. */
const TOPIC_CONFIG = 1;

async function createTopics(
  admin: Admin,
  topics: { name: string; partitions: number }[],
  replicationFactor: number,
): Promise<void> {
  const create = () =>
    admin.createTopics({
      waitForLeaders: false,
      topics: topics.map(({ name, partitions }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor,
        configEntries: [...RETENTION, ...(replicationFactor > 1 ? [{ name: 'min.insync.replicas', value: '2' }] : [])],
      })),
    });
  // A topic that an earlier try has made is no error: kafkajs takes it for one that was asked for.
  await patiently(create);
  // kafkajs's own wait for leaders sometimes throws although the topic was made: ask until every partition has one.
  await patiently(async () => {
    const { topics: found } = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
    const leaderless = found.filter(({ partitions }) => partitions.length === 0 || partitions.some(({ leader }) => leader < 0));
    if (leaderless.length > 0) throw new Error(`Kafka has no leader yet for ${leaderless.map(({ name }) => name).join(', ')}.`);
  });
}

/** A group without an offset would start at the latest event, and lose the events before its first commit. */
async function startAtTheBeginning(kafka: Kafka, admin: Admin, group: string, topics: string[]): Promise<void> {
  const committed = await patiently(() => admin.fetchOffsets({ groupId: group, topics }));
  const missing = committed.flatMap(({ topic, partitions }) =>
    partitions.filter(({ offset }) => offset === '-1').map(({ partition }) => ({ topic, partition, offset: '0' })),
  );
  if (missing.length === 0) return;
  // As a member for a moment: admin.setOffsets does the same and takes 5 s, its consumer's longest fetch.
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 50, retry: PATIENT_RETRY });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} });
    await joined;
    await consumer.commitOffsets(missing);
  } finally {
    await consumer.disconnect();
  }
}
