import { contracts } from '@waybill/contracts';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { KafkaOptions } from '../kafka/client.js';
import type { Logger } from '../message.js';
import { Messaging } from '../messaging.js';
import type { RabbitOptions } from '../rabbitmq/connection.js';
import { UnitOfWork } from '../transaction.js';
import type { Tuning } from '../tuning.js';
import { MessagingTransport } from './transport.js';

export interface MessagingModuleOptions {
  readonly service: string;
  readonly rabbitmq: RabbitOptions;
  readonly kafka: KafkaOptions;
  readonly tuning?: Partial<Tuning>;
  readonly log?: Logger;
}

/** Gives a service `UnitOfWork` and `Messaging` everywhere, on the database of `@nestjs/typeorm`. */
@Module({})
export class MessagingModule {
  static forRoot(options: MessagingModuleOptions): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      providers: [
        {
          provide: Messaging,
          useFactory: (database: DataSource) => new Messaging({ ...options, contracts, database }),
          inject: [DataSource],
        },
        { provide: UnitOfWork, useFactory: (messaging: Messaging) => messaging.unitOfWork, inject: [Messaging] },
      ],
      exports: [Messaging, UnitOfWork],
    };
  }
}

/** The transports of both kinds of message; connect each with `app.connectMicroservice({ strategy }, { inheritAppConfig: true })`. */
export function messagingTransports(app: INestApplicationContext): MessagingTransport[] {
  const messaging = app.get(Messaging);
  return [new MessagingTransport(messaging, 'event'), new MessagingTransport(messaging, 'command')];
}
