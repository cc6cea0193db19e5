import type { Contract } from '@waybill/contract-kit';
import { type DynamicModule, type INestApplicationContext, type InjectionToken, Module } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { KafkaOptions } from '../brokers/kafka/client.js';
import type { Logger } from '../message.js';
import { Messaging, type MessagingPools } from '../messaging.js';
import type { RabbitOptions } from '../brokers/rabbitmq/connection.js';
import { SharedTransaction } from '../shared-transaction.js';
import { UnitOfWork } from '../transaction.js';
import type { Tuning } from '../tuning.js';
import { MessagingTransport } from './transport.js';

export interface MessagingModuleOptions {
  readonly service: string;
  /** Every message of the system: who sends and who handles it. */
  readonly contracts: readonly Contract[];
  /** The data sources on the service's database, by who uses them. */
  readonly databases: Readonly<Record<keyof MessagingPools, InjectionToken>>;
  /** Left out: the service sends and handles no command. */
  readonly rabbitmq?: RabbitOptions | undefined;
  /** Left out: the service emits and handles no event. */
  readonly kafka?: KafkaOptions | undefined;
  readonly tuning?: Partial<Tuning>;
  readonly log?: Logger;
}

/** Gives a service `Messaging` everywhere, and `UnitOfWork` and `SharedTransaction` to its routes, on the data sources of `@nestjs/typeorm`. */
@Module({})
export class MessagingModule {
  static forRoot({ databases, ...options }: MessagingModuleOptions): DynamicModule {
    const { requests, relay, consumers, retries } = databases;
    return {
      module: MessagingModule,
      global: true,
      providers: [
        {
          provide: Messaging,
          useFactory: (requests: DataSource, relay: DataSource, consumers: DataSource, retries: DataSource) =>
            new Messaging({ ...options, database: { requests, relay, consumers, retries } }),
          inject: [requests, relay, consumers, retries],
        },
        { provide: UnitOfWork, useFactory: (messaging: Messaging) => messaging.unitOfWork, inject: [Messaging] },
        { provide: SharedTransaction, useFactory: (messaging: Messaging) => messaging.sharedTransaction, inject: [Messaging] },
      ],
      exports: [Messaging, UnitOfWork, SharedTransaction],
    };
  }
}

/** The transports of both kinds of message; connect each with `app.connectMicroservice({ strategy }, { inheritAppConfig: true })`. */
export function messagingTransports(app: INestApplicationContext): MessagingTransport[] {
  const messaging = app.get(Messaging);
  return [new MessagingTransport(messaging, 'event'), new MessagingTransport(messaging, 'command')];
}
