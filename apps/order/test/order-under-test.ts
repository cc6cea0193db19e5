import { expect } from '@jest/globals';
import { Messaging, messagingMigrations, newId } from '@waybill/messaging';
import { createService, type ServiceConfig } from '@waybill/service';
import { ServiceUnderTest } from '@waybill/testing';
import { orderMigrations } from '../src/migrations/index.js';
import { OrderModule } from '../src/order.module.js';

export type App = Awaited<ReturnType<typeof createService>>;

/** How the order service is put on a database of its own. */
export const orderService = ({
  paymentDeadlineMs = 900_000,
  ...more
}: Partial<ServiceConfig> & { readonly paymentDeadlineMs?: number } = {}): Parameters<typeof ServiceUnderTest.make<App>>[0] => ({
  migrations: [...messagingMigrations, ...orderMigrations],
  create: (config) => createService(OrderModule, { service: 'order', paymentDeadlineMs, ...config, ...more }),
  messagingOf: (app) => app.get(Messaging),
});

/** Two mugs, 25.00 EUR. */
export const twoMugs = {
  customerId: 'customer-17',
  email: 'ada@example.com',
  currency: 'EUR',
  lines: [{ sku: 'mug-enamel', quantity: 2 }],
  paymentMethod: 'pm_ok',
};

/** Places an order of two mugs. Its answer's body. */
export async function place({ app }: ServiceUnderTest<App>, key = newId()): Promise<{ id: string; placedAt: string }> {
  const headers = { 'idempotency-key': key };
  const response = await app.inject({ method: 'POST', url: '/api/orders', headers, payload: twoMugs });
  expect(response.statusCode).toBe(202);
  return response.json();
}
