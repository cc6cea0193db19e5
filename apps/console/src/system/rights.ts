import { contracts, exchangeOf, kafkaTopology, rabbitRights, rabbitTopology, SERVICES, topicOf } from '@waybill/contracts';

/** A queue, an exchange or a topic, and what each service does there. */
export interface Place {
  readonly name: string;
  readonly kind: 'topic' | 'queue' | 'exchange';
  /** Whether the broker refuses everybody else. */
  readonly enforced: boolean;
  readonly writers: readonly string[];
  readonly readers: readonly string[];
}

/**
 * Who may do what where at the brokers. At RabbitMQ from the very expressions that it holds its users to. Kafka has no users:
 * there it is what the contracts let a service do.
 */
export function placesOf(): readonly Place[] {
  const rabbit = rabbitTopology(contracts);
  const kafka = kafkaTopology(contracts);
  const rights = SERVICES.map((service) => [service, rabbitRights(service, contracts)] as const);
  const who = (name: string, right: 'read' | 'write') =>
    rights.filter(([, has]) => new RegExp(has[right]).test(name)).map(([service]) => service);
  return [
    ...kafka.topics.map(({ name }): Place => ({
      name,
      kind: 'topic',
      enforced: false,
      writers: SERVICES.filter((service) => name === topicOf(service)),
      readers: kafka.groups.filter(({ topics }) => topics.includes(name)).map(({ service }) => service),
    })),
    ...SERVICES.map(exchangeOf)
      .filter((name) => rabbit.exchanges.includes(name))
      .map((name): Place => ({
        name,
        kind: 'exchange',
        enforced: true,
        writers: who(name, 'write'),
        readers: who(name, 'read'),
      })),
    ...rabbit.queues
      .flatMap(({ queue, net }) => [queue, net])
      .map((name): Place => ({ name, kind: 'queue', enforced: true, writers: who(name, 'write'), readers: who(name, 'read') })),
  ];
}
