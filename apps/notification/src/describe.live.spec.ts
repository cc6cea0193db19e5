import { Messaging, messagingMigrations } from '@waybill/messaging';
import { createService, describeApi } from '@waybill/service';
import { servesWhatItDescribes } from '@waybill/testing';
import { notificationMigrations } from './migrations/index.js';
import { NotificationModule } from './notification.module.js';

servesWhatItDescribes(describeApi('notification', NotificationModule), {
  migrations: [...messagingMigrations, ...notificationMigrations],
  create: (config) =>
    createService(NotificationModule, {
      service: 'notification',
      smtp: { host: '127.0.0.1', port: 1, user: 'nobody', password: 'none', stepTimeoutMs: 3_000 },
      ...config,
    }),
  messagingOf: (app) => app.get(Messaging),
});
