import { Controller, Get, Header } from '@nestjs/common';
import { contracts, exchangeOf, groupOf, PARTITIONS, queueOf, topicOf, type Contract } from '@waybill/contracts';
import { z } from 'zod';
import { LastSeen } from './last-seen.js';
import { placesOf, type Place } from './rights.js';

export interface ContractView {
  readonly type: string;
  readonly version: number;
  readonly kind: 'event' | 'command';
  readonly broker: 'Kafka' | 'RabbitMQ';
  readonly senders: readonly string[];
  readonly handlers: readonly string[];
  /** The topic, or the exchange of each sender and the queue of the handler. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Of the topic of an event. */
  readonly partitions?: number;
  /** Events of one key are handled in the order in which they were committed. */
  readonly key: string;
  readonly sample: unknown;
  readonly schema: unknown;
}

export function viewOf(contract: Contract): ContractView {
  const { type, sample, schema } = contract;
  const event = contract.kind === 'event';
  const senders = event ? [contract.emittedBy] : contract.sentBy;
  const handlers = event ? contract.handledBy : [contract.handledBy];
  return {
    type,
    version: Number(/\.v(\d+)$/.exec(type)?.[1] ?? 1),
    kind: contract.kind,
    broker: event ? 'Kafka' : 'RabbitMQ',
    senders,
    handlers,
    from: event ? [topicOf(contract.emittedBy)] : senders.map(exchangeOf),
    to: event ? handlers.map(groupOf) : handlers.map(queueOf),
    ...(event && { partitions: PARTITIONS }),
    key: keyNameOf(contract),
    sample,
    schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  };
}

/** The field whose value is the key of the sample. */
function keyNameOf({ key, sample }: Contract): string {
  const value = key(sample);
  const found = Object.entries(sample as Record<string, unknown>).find(([, its]) => its === value);
  return found?.[0] ?? value;
}

/** Derived from libs/contracts at the first question, and the same ever after. */
@Controller('console/api/contracts')
export class ReadContracts {
  #views: readonly ContractView[] | undefined;

  constructor(private readonly seen: LastSeen) {}

  @Get()
  contracts(): readonly ContractView[] {
    return (this.#views ??= contracts.map(viewOf));
  }

  /** Who may read and write which topic, exchange and queue. */
  @Get('places')
  places(): readonly Place[] {
    return placesOf();
  }

  @Get('seen')
  @Header('Cache-Control', 'no-store')
  lastSeen() {
    return this.seen.all();
  }
}
