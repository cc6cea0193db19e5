import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contracts, groupOf, kafkaTopology, SERVICES, topicOf, type ServiceName } from '@waybill/contracts';
import { KAFKA_OBSERVER, KAFKA_PROBE_USER, kafkaSecretOf, kafkaUsers, Secrets } from '@waybill/deploy';
import { deployKafkaUsers, deployTopology } from '@waybill/messaging';
import { eventually, testStack } from '@waybill/testing';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';

// The users that the deploy step makes, each trying what it may and may not do: one request for each cell, on the real broker. What
// is allowed follows from who emits and handles what, not from the rights that are derived from it, so that a mistake in those shows.
const stack = testStack();
const { kafka, rabbitmq } = stack;
const secrets = new Secrets(stack.secrets);
const passwordOf = (user: string) => secrets.value(kafkaSecretOf(user));
/** Where the broker is, and whom to believe that it is the one. */
const at = { brokers: kafka.brokers, ssl: kafka.ca !== undefined && { ca: kafka.ca } };
const scram = (username: string, password = passwordOf(username)): SASLOptions => ({
  mechanism: 'scram-sha-512',
  username,
  password,
});
const users = () => kafkaUsers((secret) => secrets.value(secret));

const events = contracts.filter((contract) => contract.kind === 'event');
const topics = kafkaTopology(contracts).topics.map(({ name }) => name);
const groups = SERVICES.map(groupOf);
/** Those of the system, one that Kafka keeps offsets in, and one that nobody has made. */
const everyTopic = [...topics, '__consumer_offsets', 'invented.events'];
const everyGroup = [...groups, 'invented.handlers'];
const everyUser = [...SERVICES, KAFKA_OBSERVER];

const emits = (service: string, topic: string) =>
  events.some(({ emittedBy }) => emittedBy === service && topicOf(emittedBy) === topic);
const reads = (service: string, topic: string) =>
  events.some(({ emittedBy, handledBy }) => topicOf(emittedBy) === topic && handledBy.includes(service as ServiceName));
const isOwn = (service: string, group: string) => SERVICES.some((name) => name === service && groupOf(name) === group);
const readsTopics = (service: string) => topics.some((topic) => reads(service, topic));
const readersOf = (topic: string) => SERVICES.filter((service) => reads(service, topic)).map(groupOf);
const looksOn = (user: string) => user === KAFKA_OBSERVER;

interface Right {
  readonly name: string;
  /** What it can be tried on. */
  readonly on: readonly string[];
  readonly allowed: (user: string, name: string) => boolean;
  readonly attempt: (broker: Broker, name: string) => Promise<unknown>;
}

const never = () => false;
const TOPIC = 2;
const BROKER = 4;
const partition = 0;
const ANY = 1;

const rights: readonly Right[] = [
  {
    name: 'write',
    on: everyTopic,
    allowed: emits,
    attempt: (broker, topic) =>
      broker.produce({ topicData: [{ topic, partitions: [{ partition, messages: [{ key: 'spec', value: '{}' }] }] }] }),
  },
  {
    name: 'read',
    on: everyTopic,
    allowed: reads,
    attempt: (broker, topic) =>
      broker.fetch({
        replicaId: -1,
        isolationLevel: 1,
        maxWaitTime: 1,
        topics: [{ topic, partitions: [{ partition, fetchOffset: '0', maxBytes: 1_000 }] }],
      }),
  },
  {
    name: 'see its end',
    on: everyTopic,
    allowed: (user, topic) => emits(user, topic) || reads(user, topic) || looksOn(user),
    attempt: (broker, topic) =>
      broker.listOffsets({ replicaId: -1, isolationLevel: 1, topics: [{ topic, partitions: [{ partition, timestamp: -1 }] }] }),
  },
  {
    name: 'create',
    on: [...everyTopic, 'another.events'],
    allowed: never,
    attempt: (broker, topic) => broker.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }] }),
  },
  {
    name: 'delete',
    // Kafka says of a topic that a user may see and that is not there that it is not there.
    on: everyTopic.filter((topic) => topic !== 'invented.events'),
    allowed: never,
    attempt: (broker, topic) => broker.deleteTopics({ topics: [topic] }),
  },
  {
    name: 'delete events',
    on: everyTopic,
    allowed: never,
    attempt: (broker, topic) => broker.deleteRecords({ topics: [{ topic, partitions: [{ partition, offset: '0' }] }] }),
  },
  {
    name: 'add partitions',
    on: everyTopic,
    allowed: never,
    attempt: (broker, topic) => broker.createPartitions({ topicPartitions: [{ topic, count: 12 }] }),
  },
  {
    name: 'alter',
    on: everyTopic,
    allowed: never,
    attempt: (broker, name) =>
      broker.alterConfigs({ resources: [{ type: TOPIC, name, configEntries: [{ name: 'retention.ms', value: '1' }] }] }),
  },
  {
    name: 'read its settings',
    on: everyTopic,
    allowed: never,
    attempt: (broker, name) => broker.describeConfigs({ resources: [{ type: TOPIC, name }] }),
  },
  {
    name: 'join',
    on: everyGroup,
    allowed: (user, group) => isOwn(user, group) && readsTopics(user),
    attempt: (broker, groupId) =>
      broker.joinGroup({
        groupId,
        sessionTimeout: 1_000,
        rebalanceTimeout: 1_000,
        memberId: '',
        protocolType: 'consumer',
        groupProtocols: [{ name: 'spec', metadata: Buffer.alloc(0) }],
      }),
  },
  {
    name: 'see',
    on: everyGroup,
    allowed: (user, group) =>
      (isOwn(user, group) && readsTopics(user)) ||
      topics.some((topic) => emits(user, topic) && readersOf(topic).some((reader) => reader === group)) ||
      looksOn(user),
    attempt: (broker, group) => broker.describeGroups({ groupIds: [group] }),
  },
  { name: 'delete', on: everyGroup, allowed: never, attempt: (broker, group) => broker.deleteGroups([group]) },
  // Who moves another's offset has it skip events, or read them again.
  ...everyTopic.map((topic): Right => ({
    name: `move the offset in ${topic}`,
    on: everyGroup,
    allowed: (user, group) => isOwn(user, group) && reads(user, topic),
    attempt: (broker, groupId) =>
      broker.offsetCommit({
        groupId,
        groupGenerationId: -1,
        memberId: '',
        retentionTime: -1,
        topics: [{ topic, partitions: [{ partition, offset: '0' }] }],
      }),
  })),
  {
    name: 'give a right',
    on: ['the broker'],
    allowed: never,
    attempt: (broker) =>
      broker.createAcls({
        acl: [
          {
            principal: 'User:*',
            host: '*',
            resourceType: TOPIC,
            resourceName: topics[0]!,
            resourcePatternType: 3,
            operation: 4,
            permissionType: 3,
          },
        ],
      }),
  },
  {
    name: 'see rights',
    on: ['the broker'],
    allowed: never,
    attempt: (broker) =>
      broker.describeAcls({ resourceType: ANY, resourcePatternType: ANY, operation: ANY, permissionType: ANY }),
  },
  {
    name: 'alter settings',
    on: ['the broker'],
    allowed: never,
    attempt: (broker) =>
      broker.alterConfigs({
        resources: [{ type: BROKER, name: '1', configEntries: [{ name: 'log.retention.ms', value: '1' }] }],
      }),
  },
  {
    name: 'begin a transaction',
    on: ['the broker'],
    allowed: never,
    attempt: (broker) => broker.initProducerId({ transactionalId: 'spec', transactionTimeout: 1_000 }),
  },
];

const administrator = new Kafka({
  ...at,
  sasl: { mechanism: kafka.mechanism, username: kafka.user, password: kafka.password },
  logLevel: logLevel.NOTHING,
}).admin();

const deploy = () => deployTopology({ contracts, kafka, rabbitmq });

beforeAll(async () => {
  await administrator.connect();
  await deployKafkaUsers(kafka, users());
  await deploy();
});

afterAll(async () => {
  // A member that has joined as a trial is one for a second, and its group takes no other kind of member meanwhile: a deploy step
  // that sets the group's offsets would not get in.
  await eventually('nobody is left in a group', async () => {
    const { groups: described } = await administrator.describeGroups(groups);
    return described.every(({ members }) => members.length === 0);
  });
  // What was written here is no event. Kafka forgets the offsets of a topic with it.
  await administrator.deleteTopics({ topics });
  // The broker lists them for a moment more, and the deploy step would find topics without partitions.
  await eventually('the topics are gone', async () => !(await administrator.listTopics()).some((name) => topics.includes(name)));
  await administrator.disconnect();
  await deploy();
});

const cells = rights.flatMap(({ name, on, ...right }) => on.map((what) => ({ name, what, ...right })));
type Cell = (typeof cells)[number];

/** What a user was let do. */
async function triesAll(user: string): Promise<Cell[]> {
  const broker = await openBroker(scram(user));
  const done: Cell[] = [];
  try {
    for (const cell of cells) if (!(await isRefused(cell.attempt(broker, cell.what)))) done.push(cell);
    return done;
  } finally {
    await broker.disconnect();
  }
}

const inWords = (some: readonly Cell[]) => some.map(({ name, what }) => `${name}: ${what}`);

/** Who was let do what. What is in no column was refused to everybody. */
function printMatrix(allowed: ReadonlyMap<string, readonly Cell[]>): void {
  const columns = [...topics, ...groups];
  const rows = [...allowed].map(([user, done]) => [
    user,
    ...columns.map(
      (column) =>
        done
          .filter(({ what }) => what === column)
          .map(({ name }) => name)
          .join(', ') || '-',
    ),
  ]);
  const all = [['USER', ...columns], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  '));
  process.stdout.write(`${lines.join('\n')}\n${cells.length} cells tried for each user.\n`);
}

/** Topic, group, cluster, transaction: what Kafka answers when it is not the sender's right. */
const REFUSALS = [29, 30, 31, 53];

/** True when the broker says that it is no right of the user's. Any other answer, also an error, came after that question. */
async function isRefused(attempt: Promise<unknown>): Promise<boolean> {
  const answer = await attempt.catch((error: unknown) => error);
  if (answer instanceof Error && !('code' in answer) && !('errors' in answer) && !('cause' in answer)) throw answer;
  return codesIn(answer).some((code) => REFUSALS.includes(code));
}

function codesIn(value: unknown): number[] {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  const { code, errorCode, cause, errors } = value as Record<string, unknown>;
  const found = [code, errorCode].filter((each) => typeof each === 'number');
  return [...found, ...[cause, errors, ...Object.values(value)].flatMap(codesIn)];
}

/** One connection to a broker, with a method for each request of Kafka's protocol. kafkajs keeps it to itself. */
type Request = 'produce' | 'fetch' | 'listOffsets' | 'createTopics' | 'deleteTopics' | 'deleteRecords' | 'createPartitions';
type Another = 'alterConfigs' | 'describeConfigs' | 'joinGroup' | 'describeGroups' | 'deleteGroups' | 'offsetCommit';
type OfTheCluster = 'createAcls' | 'describeAcls' | 'initProducerId';
type Broker = Record<Request | Another | OfTheCluster, (request: unknown) => Promise<unknown>> & {
  disconnect(): Promise<void>;
};

interface Cluster {
  connect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  findControllerBroker(): Promise<Broker>;
  disconnect(): Promise<void>;
}

/** Signs in to a single broker. Nothing is tried twice, so that each request is one answer. */
async function openBroker(sasl: SASLOptions): Promise<Broker> {
  const kafka = new Kafka({ ...at, sasl, logLevel: logLevel.NOTHING, connectionTimeout: 10_000, retry: { retries: 0 } });
  const makesClusters = Object.getOwnPropertySymbols(kafka).find(({ description }) => description?.endsWith('createCluster'));
  const cluster = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[makesClusters!]!({
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
  });
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    const broker = await cluster.findControllerBroker();
    return Object.assign(Object.create(broker) as Broker, { disconnect: () => cluster.disconnect() });
  } catch (error) {
    await cluster.disconnect();
    throw error;
  }
}

describe('of the Kafka users', () => {
  const allowed = new Map<string, readonly Cell[]>();
  afterAll(() => printMatrix(allowed));

  test.each(everyUser)('%s may do what the contracts say, and nothing else', async (user) => {
    const done = await triesAll(user);
    allowed.set(user, done);
    expect(inWords(done)).toEqual(inWords(cells.filter((cell) => cell.allowed(user, cell.what))));
  });
});

describe('somebody who is not let in', () => {
  const nobodysEvent = (sasl?: SASLOptions) => {
    const client = new Kafka({
      ...at,
      ...(sasl && { sasl }),
      logLevel: logLevel.NOTHING,
      connectionTimeout: 5_000,
      requestTimeout: 5_000,
      retry: { retries: 0 },
    });
    const producer = client.producer();
    return producer
      .connect()
      .then(() => producer.send({ topic: topicOf('payment'), messages: [{ key: 'order', value: '{}' }] }))
      .finally(() => producer.disconnect());
  };

  test.each<[string, SASLOptions | undefined, RegExp]>([
    ['without a user', undefined, /./],
    ['as a service, with another password', scram('payment', 'guess'), /authentication failed/i],
    ['as nobody that is known', scram('somebody', 'guess'), /authentication failed/i],
    [
      'as a service by PLAIN, which has its users in a file',
      { ...scram('payment'), mechanism: 'plain' } as SASLOptions,
      /PLAIN/i,
    ],
    ['as what asks whether the broker works', { ...scram(KAFKA_PROBE_USER), mechanism: 'plain' } as SASLOptions, /authorized/i],
    // A user that is let in, and whose event this is not: the order would be confirmed without its money.
    ['as notification', scram('notification'), /authorized/i],
  ])('%s writes no payment.charged', async (_, sasl, reason) => {
    const before = await administrator.fetchTopicOffsets(topicOf('payment'));
    await expect(nobodysEvent(sasl)).rejects.toThrow(reason);
    expect(await administrator.fetchTopicOffsets(topicOf('payment'))).toEqual(before);
  });
});

describe('the deploy step', () => {
  test('takes away a right that the contracts do not name any more', async () => {
    const tooMuch = { resource: 'topic', name: topicOf('payment'), operation: 'write' } as const;
    const wider = users().map((user) => (user.name === 'notification' ? { ...user, rights: [...user.rights, tooMuch] } : user));
    await deployKafkaUsers(kafka, wider);
    const write = rights[0]!;
    const broker = await openBroker(scram('notification'));
    expect(await isRefused(write.attempt(broker, topicOf('payment')))).toBe(false);
    await deployKafkaUsers(kafka, users());
    expect(await isRefused(write.attempt(broker, topicOf('payment')))).toBe(true); // on the connection from before
    await broker.disconnect();
  });

  test('gives a user its password of now, and the old one lets nobody in any more', async () => {
    const another = kafkaUsers((secret) => `another password of ${secret}`);
    await deployKafkaUsers(kafka, another);
    await expect(openBroker(scram('order'))).rejects.toThrow(/authentication failed/i);
    await deployKafkaUsers(kafka, users());
    await (await openBroker(scram('order'))).disconnect();
  });
});
