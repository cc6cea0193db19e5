import { Messaging, messagingMigrations } from '@waybill/messaging';
import { createService, describeApi } from '@waybill/service';
import { servesWhatItDescribes } from '@waybill/testing';
import { paymentMigrations } from './migrations/index.js';
import { PaymentModule } from './payment.module.js';

servesWhatItDescribes(describeApi('payment', PaymentModule), {
  migrations: [...messagingMigrations, ...paymentMigrations],
  create: (config) =>
    createService(PaymentModule, {
      service: 'payment',
      provider: { url: 'http://127.0.0.1:1', key: 'none', callDeadlineMs: 3_000 },
      ...config,
    }),
  messagingOf: (app) => app.get(Messaging),
});
