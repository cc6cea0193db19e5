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
    ...kafkaTopology(contracts).topics.map(({ name }) => place('topic', name, naming)),
    ...SERVICES.map(exchangeOf)
      .filter((name) => rabbit.exchanges.includes(name))
      .map((name) => place('exchange', name, matching)),
    ...rabbit.queues.flatMap(({ queue, net }) => [queue, net]).map((name) => place('queue', name, matching)),
  ];
}

const place = (kind: Place['kind'], name: string, who: (name: string, right: Does) => readonly string[]): Place => ({
  name,
  kind,
  writers: who(name, 'write'),
  readers: who(name, 'read'),
});
