import type { CommandContract, Contract, EventContract } from './contract.js';

/** Kafka's partitions per topic. The number is fixed: another one would move keys and break their order. */
export const PARTITIONS = 6;

/** A queue redelivers a message this often after its consumers died with it. Then the message falls into the net. */
export const DELIVERY_LIMIT = 5;

/** The exchange behind the nets of all services. */
export const NET_EXCHANGE = 'net';

/** The Kafka topic that carries everything a service emits. */
export const topicOf = (service: string) => `${service}.events`;
/** The Kafka consumer group in which a service's replicas share the work. */
export const groupOf = (service: string) => `${service}.handlers`;
/** The RabbitMQ topic exchange that takes the commands a service sends; the routing key is the message type. */
export const exchangeOf = (service: string) => `${service}.commands`;
/** The RabbitMQ quorum queue from which a service's replicas take their work. */
export const queueOf = (service: string) => `${service}.work`;
/** The queue that catches messages that killed their consumers too often (the broker's delivery limit). */
export const netOf = (service: string) => `${service}.net`;

const isEvent = (contract: Contract): contract is EventContract => contract.kind === 'event';
const isCommand = (contract: Contract): contract is CommandContract => contract.kind === 'command';

export interface KafkaTopology {
  topics: { name: string; partitions: number }[];
  /** Which group reads which topics. */
  groups: { service: string; group: string; topics: string[] }[];
}

export interface RabbitTopology {
  exchanges: string[];
  queues: { service: string; queue: string; net: string; bindings: { exchange: string; routingKey: string }[] }[];
}

/** The topics and groups that these contracts need. */
export function kafkaTopology(contracts: readonly Contract[]): KafkaTopology {
  const events = contracts.filter(isEvent);
  const emitters = distinct(events.map((contract) => contract.emittedBy));
  const handlers = distinct(events.flatMap((contract) => contract.handledBy));
  return {
    topics: emitters.map((service) => ({ name: topicOf(service), partitions: PARTITIONS })),
    groups: handlers.map((service) => ({
      service,
      group: groupOf(service),
      topics: distinct(
        events.filter((contract) => contract.handledBy.includes(service)).map((contract) => topicOf(contract.emittedBy)),
      ),
    })),
  };
}

/** The exchanges, queues and bindings that these contracts need. */
export function rabbitTopology(contracts: readonly Contract[]): RabbitTopology {
  const commands = contracts.filter(isCommand);
  return {
    exchanges: distinct(commands.flatMap((contract) => contract.sentBy)).map(exchangeOf),
    queues: distinct(commands.map((contract) => contract.handledBy)).map((service) => ({
      service,
      queue: queueOf(service),
      net: netOf(service),
      bindings: commands
        .filter((contract) => contract.handledBy === service)
        .flatMap((contract) => contract.sentBy.map((sender) => ({ exchange: exchangeOf(sender), routingKey: contract.type }))),
    })),
  };
}

/** What a service's RabbitMQ user may do, as the broker's own regular expressions. `configure` is always nothing. */
export interface RabbitRights {
  configure: string;
  write: string;
  read: string;
  /** Per exchange: the routing keys that the user may publish with. */
  topics: { exchange: string; write: string; read: string }[];
}

export function rabbitRights(service: string, contracts: readonly Contract[]): RabbitRights {
  const commands = contracts.filter(isCommand);
  const sends = commands.filter((contract) => contract.sentBy.includes(service));
  const handles = commands.some((contract) => contract.handledBy === service);
  return {
    configure: '^$',
    write: sends.length > 0 ? exactly([exchangeOf(service)]) : '^$',
    read: handles ? exactly([queueOf(service), netOf(service)]) : '^$',
    topics:
      sends.length > 0
        ? [{ exchange: exchangeOf(service), write: exactly(sends.map((contract) => contract.type)), read: '^$' }]
        : [],
  };
}

/** One right of a Kafka user. Kafka refuses what no right says. */
export interface KafkaRight {
  resource: 'topic' | 'group';
  name: string;
  operation: 'read' | 'write' | 'describe';
}

/**
 * What a service's Kafka user may do: write to its own topic, read the topics that it subscribes to in its own group, and see how
 * far the groups have come that read its topic. In Kafka the right to read or to write contains the right to describe.
 */
export function kafkaRights(service: string, contracts: readonly Contract[]): KafkaRight[] {
  const { topics, groups } = kafkaTopology(contracts);
  const own = topics.filter(({ name }) => name === topicOf(service));
  const readers = groups.filter((group) => group.topics.includes(topicOf(service)));
  const mine = groups.filter((group) => group.service === service);
  return [
    ...own.map(({ name }) => ({ resource: 'topic', name, operation: 'write' }) as const),
    ...readers.map(({ group }) => ({ resource: 'group', name: group, operation: 'describe' }) as const),
    ...mine.map(({ group }) => ({ resource: 'group', name: group, operation: 'read' }) as const),
    ...mine.flatMap((group) => group.topics.map((name) => ({ resource: 'topic', name, operation: 'read' }) as const)),
  ];
}

const exactly = (names: string[]) => `^(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`;
const distinct = <T>(values: T[]): T[] => [...new Set(values)].sort();
