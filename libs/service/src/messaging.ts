import { Logger, type DynamicModule } from '@nestjs/common';
import { contracts } from '@waybill/contracts';
import { MessagingModule } from '@waybill/messaging';
import type { ServiceConfig } from './config.js';
import { poolToken } from './database.js';

/** The service's messaging, on its database, its queue and its topics, with its log. */
export function messagingModule({ service, rabbitmq, kafka, tuning }: ServiceConfig): DynamicModule {
  const logger = new Logger('Messaging');
  const log = {
    debug: (fields: object, text: string) => logger.debug(fields, text),
    info: (fields: object, text: string) => logger.log(fields, text),
    warn: (fields: object, text: string) => logger.warn(fields, text),
    error: (fields: object, text: string) => logger.error(fields, text),
  };
  const databases = {
    requests: poolToken('requests'),
    relay: poolToken('relay'),
    consumers: poolToken('consumers'),
    retries: poolToken('retries'),
  };
  return MessagingModule.forRoot({ service, contracts, databases, rabbitmq, kafka, tuning, log });
}
