import { Messaging, messagingMigrations } from '@waybill/messaging';
import { createService, describeApi } from '@waybill/service';
import { servesWhatItDescribes } from '@waybill/testing';
import { orderMigrations } from './migrations/index.js';
import { OrderModule } from './order.module.js';

servesWhatItDescribes(describeApi('order', OrderModule), {
  migrations: [...messagingMigrations, ...orderMigrations],
  create: (config) => createService(OrderModule, { service: 'order', paymentDeadlineMs: 900_000, ...config }),
  messagingOf: (app) => app.get(Messaging),
});
