import { join } from 'node:path';
import { z } from 'zod';
import {
  type CommandContract,
  type Contract,
  contracts,
  DELIVERY_LIMIT,
  type EventContract,
  exchangeOf,
  groupOf,
  kafkaTopology,
  netOf,
  queueOf,
  rabbitTopology,
  type ServiceName,
  topicOf,
} from '@waybill/contracts';
import { projectRoot } from '@waybill/kit';

/** The document that describes every message: who sends it, on which way, and who handles it. */
export const messagesFile = join(projectRoot, 'libs/contracts/asyncapi.json');

const CONTENT_TYPE = 'application/cloudevents+json; charset=UTF-8';

/** A sample's moment, and its message's id: UUIDv7 of that moment. */
const SAMPLE = { id: '01a20c91-a1f4-7cc3-98c4-dc0c0c07398f', time: '2026-11-24T08:00:00.500Z' };

/** AsyncAPI 3 of these contracts: https://www.asyncapi.com/docs/reference/specification/v3.0.0 */
export function describeMessages(described: readonly Contract[] = contracts, version = '0.1.0'): object {
  const events = described.filter((contract) => contract.kind === 'event');
  const commands = described.filter((contract) => contract.kind === 'command');
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Waybill: the messages between its services',
      version,
      description: [
        'Events travel by Kafka, commands by RabbitMQ. Each message is a CloudEvent in JSON, the same bytes on either broker.',
        'A message is delivered at least once, and takes effect once. Events of one service about one key are handled in the order in which they were committed; commands have no order.',
      ].join(' '),
      license: { name: 'MIT' },
      tags: [{ name: 'event' }, { name: 'command' }],
    },
    defaultContentType: CONTENT_TYPE,
    servers: {
      kafka: {
        host: 'kafka:28092',
        protocol: 'kafka-secure',
        description: 'Keeps events for seven days, in order of their keys.',
        security: [{ $ref: '#/components/securitySchemes/scram' }],
      },
      rabbitmq: {
        host: 'rabbitmq:28672',
        pathname: '/waybill',
        protocol: 'amqps',
        protocolVersion: '0.9.1',
        description: 'Holds commands until one replica of their service has handled them.',
        security: [{ $ref: '#/components/securitySchemes/password' }],
      },
    },
    channels: { ...topicChannels(events), ...exchangeChannels(commands), ...queueChannels(commands) },
    operations: Object.fromEntries(described.flatMap(operationsOf)),
    components: {
      securitySchemes: {
        scram: { type: 'scramSha512', description: 'Each service has a user, and rights that follow from this document.' },
        password: { type: 'userPassword', description: 'Each service has a user, and rights that follow from this document.' },
      },
      schemas: { Envelope: envelope },
      messages: Object.fromEntries(described.map((contract) => [contract.type, messageOf(contract)])),
    },
  };
}

/** A topic carries everything that a service emits. */
function topicChannels(events: readonly EventContract[]): Record<string, object> {
  return Object.fromEntries(
    kafkaTopology(events).topics.map(({ name, partitions }) => [
      name,
      {
        address: name,
        servers: [{ $ref: '#/servers/kafka' }],
        messages: messagesIn(events.filter(({ emittedBy }) => topicOf(emittedBy) === name)),
        bindings: { kafka: { topic: name, partitions, bindingVersion: '0.5.0' } },
      },
    ]),
  );
}

/** A sender publishes each command into its own exchange, under the command's type. */
function exchangeChannels(commands: readonly CommandContract[]): Record<string, object> {
  return Object.fromEntries(
    commands.flatMap((contract) =>
      contract.sentBy.map((sender) => [
        routeOf(sender, contract),
        {
          address: contract.type,
          servers: [{ $ref: '#/servers/rabbitmq' }],
          messages: messagesIn([contract]),
          bindings: {
            amqp: {
              is: 'routingKey',
              exchange: { name: exchangeOf(sender), type: 'topic', durable: true, autoDelete: false, vhost: 'waybill' },
              bindingVersion: '0.3.0',
            },
          },
        },
      ]),
    ),
  );
}

/** A service takes all its commands from one queue, whoever has sent them. */
function queueChannels(commands: readonly CommandContract[]): Record<string, object> {
  return Object.fromEntries(
    rabbitTopology(commands).queues.map(({ service, queue }) => [
      queue,
      {
        address: queue,
        description: `A quorum queue. What has killed its consumers ${DELIVERY_LIMIT} times falls into ${netOf(service)}.`,
        servers: [{ $ref: '#/servers/rabbitmq' }],
        messages: messagesIn(commands.filter(({ handledBy }) => handledBy === service)),
        bindings: {
          amqp: {
            is: 'queue',
            queue: { name: queue, durable: true, exclusive: false, autoDelete: false, vhost: 'waybill' },
            bindingVersion: '0.3.0',
          },
        },
      },
    ]),
  );
}

const routeOf = (sender: ServiceName, { type }: CommandContract) => `${exchangeOf(sender)}/${type}`;

const messagesIn = (some: readonly Contract[]) =>
  Object.fromEntries(some.map(({ type }) => [type, { $ref: `#/components/messages/${type}` }]));

/** What each service does with a message: it sends or emits it, or handles it. */
function operationsOf(contract: Contract): [name: string, operation: object][] {
  const [senders, handlers] =
    contract.kind === 'event' ? [[contract.emittedBy], contract.handledBy] : [contract.sentBy, [contract.handledBy]];
  const sentOn = (sender: ServiceName) => (contract.kind === 'event' ? topicOf(sender) : routeOf(sender, contract));
  const taken = (handler: ServiceName) => (contract.kind === 'event' ? topicOf(contract.emittedBy) : queueOf(handler));
  return [
    ...senders.map((sender): [string, object] => [
      `${sender} sends ${contract.type}`,
      { action: 'send', ...operation(sentOn(sender), contract), tags: [{ name: sender }] },
    ]),
    ...handlers.map((handler): [string, object] => [
      `${handler} handles ${contract.type}`,
      {
        action: 'receive',
        ...operation(taken(handler), contract),
        tags: [{ name: handler }],
        ...(contract.kind === 'event' && {
          bindings: { kafka: { groupId: { type: 'string', const: groupOf(handler) }, bindingVersion: '0.5.0' } },
        }),
      },
    ]),
  ];
}

const operation = (channel: string, { type }: Contract) => ({
  channel: { $ref: `#/channels/${pointer(channel)}` },
  messages: [{ $ref: `#/channels/${pointer(channel)}/messages/${type}` }],
});

/** In a JSON pointer a slash ends a name. */
const pointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

function messageOf(contract: Contract): object {
  const sequence = contract.kind === 'event' ? String(contract.sequence(contract.sample)) : undefined;
  const [sender] = contract.kind === 'event' ? [contract.emittedBy] : contract.sentBy;
  return {
    name: contract.type,
    title: contract.type,
    summary: contract.kind === 'event' ? 'A fact.' : 'An order to one service.',
    tags: [{ name: contract.kind }, ...(contract.personal ? [{ name: 'personal data' }] : [])],
    contentType: CONTENT_TYPE,
    payload: {
      allOf: [
        { $ref: '#/components/schemas/Envelope' },
        {
          type: 'object',
          properties: { type: { const: contract.type }, data: schemaOf(contract) },
          required: sequence === undefined ? ['type', 'data'] : ['type', 'data', 'sequence'],
        },
      ],
    },
    examples: [
      {
        name: 'as it is sent',
        payload: {
          specversion: '1.0',
          id: SAMPLE.id,
          source: `/${sender}`,
          type: contract.type,
          time: SAMPLE.time,
          datacontenttype: 'application/json',
          partitionkey: contract.key(contract.sample),
          ...(sequence !== undefined && { sequence }),
          data: contract.sample,
        },
      },
    ],
  };
}

/** AsyncAPI's own dialect is draft 7, and these schemas use nothing beyond it. */
function schemaOf({ schema }: Contract): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7' });
  return rest;
}

const envelope = {
  type: 'object',
  description: 'A CloudEvent 1.0 in structured mode.',
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', format: 'uuid', description: 'A UUID of version 7. A message keeps it when it is delivered again.' },
    source: { type: 'string', description: 'The sender: `/order`.' },
    type: { type: 'string', description: 'Name and version.' },
    time: { type: 'string', format: 'date-time', description: 'When it was sent: the time of its id.' },
    datacontenttype: { const: 'application/json' },
    partitionkey: { type: 'string', maxLength: 200, description: 'What it is about. Events of one key have an order.' },
    sequence: {
      type: 'string',
      pattern: '^[1-9][0-9]{0,15}$',
      description: 'Of an event: the version of what it is about, as its sender counts.',
    },
    traceparent: { type: 'string', description: "By W3C's Trace Context. One that is not counts as none." },
    data: {},
  },
  required: ['specversion', 'id', 'source', 'type', 'time', 'partitionkey', 'data'],
};
