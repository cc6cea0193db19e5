import { Messaging, messagingMigrations } from '@waybill/messaging';
import { createService, type ServiceConfig } from '@waybill/service';
import type { OutsideWorld, ServiceUnderTest } from '@waybill/testing';
import { paymentMigrations } from '../src/migrations/index.js';
import { PaymentModule } from '../src/payment.module.js';

export type App = Awaited<ReturnType<typeof createService>>;

/** A provider that is not there, for what asks it nothing. */
const NO_PROVIDER = { url: 'http://127.0.0.1:1', key: 'none' };

/** How the payment service is put on a database of its own, beside this provider. */
export const paymentService = (
  { callDeadlineMs = 8_000, ...provider }: OutsideWorld['provider'] & { readonly callDeadlineMs?: number } = NO_PROVIDER,
  more: Partial<ServiceConfig> = {},
): Parameters<typeof ServiceUnderTest.make<App>>[0] => ({
  migrations: [...messagingMigrations, ...paymentMigrations],
  create: (config) =>
    createService(PaymentModule, { service: 'payment', provider: { ...provider, callDeadlineMs }, ...config, ...more }),
  messagingOf: (app) => app.get(Messaging),
});
