import { command, type Contract, event } from '@waybill/contract-kit';
import { z } from 'zod';

export type Broker = 'rabbitmq' | 'kafka';

export interface Payload {
  key: string;
  n: number;
  /** Fills a message up to a size. */
  padding?: string | undefined;
}

const schema = z.strictObject({
  key: z.string(),
  n: z.int(),
  padding: z.string().optional(),
});

/**
 * The one contract of a spec: an event for Kafka, a command for RabbitMQ, that a service sends to itself. The type carries
 * the service's name, so that the metrics of one spec do not mix with those of another.
 */
export function contractOf(broker: Broker, service: string, name = 'happen', version = 1): Contract<Payload> {
  const type = `${service}.${name}.v${version}`;
  const key = (payload: Payload) => payload.key;
  const sample = { key: 'k', n: 1 };
  return broker === 'kafka'
    ? event({ type, emittedBy: service, handledBy: [service], key, sequence: (payload) => payload.n, schema, sample })
    : command({ type, sentBy: [service], handledBy: service, key, schema, sample });
}

/** The same contract for a process that relays but handles nothing. */
export function unhandled(contract: Contract<Payload>): Contract<Payload> {
  return contract.kind === 'event' ? { ...contract, handledBy: [] } : { ...contract, handledBy: 'nobody' };
}
