import { Messaging, messagingMigrations } from '@waybill/messaging';
import { createService, type ServiceConfig } from '@waybill/service';
import type { OutsideWorld, ServiceUnderTest } from '@waybill/testing';
import { notificationMigrations } from '../src/migrations/index.js';
import { NotificationModule } from '../src/notification.module.js';

export type App = Awaited<ReturnType<typeof createService>>;

/** A mail server that is not there, for what sends no mail. */
export const NO_MAIL_SERVER = { host: '127.0.0.1', port: 1, user: 'nobody', password: 'none', stepTimeoutMs: 1_000 };

/** How the notification service is put on a database of its own, beside this mail server. */
export const notificationService = (
  { stepTimeoutMs = 6_000, tls, ...smtp }: OutsideWorld['smtp'] & { readonly stepTimeoutMs?: number } = NO_MAIL_SERVER,
  more: Partial<ServiceConfig> = {},
): Parameters<typeof ServiceUnderTest.make<App>>[0] => ({
  migrations: [...messagingMigrations, ...notificationMigrations],
  create: (config) =>
    createService(NotificationModule, { service: 'notification', smtp: { ...smtp, stepTimeoutMs }, ...config, tls, ...more }),
  messagingOf: (app) => app.get(Messaging),
});
