import { contracts, exchangeOf, kafkaRights, kafkaTopology, rabbitRights, rabbitTopology, SERVICES } from '@waybill/contracts';

/** A queue, an exchange or a topic, and what each service does there. */
export interface Place {
  readonly name: string;
  readonly kind: 'topic' | 'queue' | 'exchange';
  readonly writers: readonly string[];
  readonly readers: readonly string[];
}

type Does = 'read' | 'write';

/**
 * Who may do what where at the brokers, from the very rights that they hold their users to. The brokers refuse everybody else.
 */
export function placesOf(): readonly Place[] {
  const rabbit = rabbitTopology(contracts);
  const atRabbit = SERVICES.map((service) => [service, rabbitRights(service, contracts)] as const);
  const atKafka = SERVICES.map((service) => [service, kafkaRights(service, contracts)] as const);
  const matching = (name: string, right: Does) =>
    atRabbit.filter(([, has]) => new RegExp(has[right]).test(name)).map(([service]) => service);
  const naming = (topic: string, right: Does) =>
    atKafka
      .filter(([, rights]) =>
        rights.some(({ resource, name, operation }) => resource === 'topic' && name === topic && operation === right),
      )
      .map(([service]) => service);
  return [
    ...kafkaTopology(contracts).topics.map(({ name }): Place => ({
      name,
      kind: 'topic',
      writers: naming(name, 'write'),
      readers: naming(name, 'read'),
    })),
    ...SERVICES.map(exchangeOf)
      .filter((name) => rabbit.exchanges.includes(name))
      .map((name): Place => ({
        name,
        kind: 'exchange',
        writers: matching(name, 'write'),
        readers: matching(name, 'read'),
      })),
    ...rabbit.queues
      .flatMap(({ queue, net }) => [queue, net])
      .map((name): Place => ({
        name,
        kind: 'queue',
        writers: matching(name, 'write'),
        readers: matching(name, 'read'),
      })),
  ];
}
