import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Messaging, messagingMigrations, newId } from '@waybill/messaging';
import { createService } from '@waybill/service';
import { ServiceUnderTest, stdoutOf } from '@waybill/testing';
import { orderMigrations } from './migrations/index.js';
import { OrderModule } from './order.module.js';

type App = Awaited<ReturnType<typeof createService>>;

const CANARY = /canary|4111 1111/i;

let service: ServiceUnderTest<App>;
const written = stdoutOf(jest);
beforeAll(async () => {
  service = await ServiceUnderTest.make({
    migrations: [...messagingMigrations, ...orderMigrations],
    create: (config) => createService(OrderModule, { service: 'order', paymentDeadlineMs: 60_000, ...config, logLevel: 'debug' }),
    messagingOf: (app: App) => app.get(Messaging),
  });
});
afterAll(() => service.close());

const post = (payload: string | object) =>
  service.app.inject({ method: 'POST', url: '/api/orders', headers: { 'idempotency-key': newId() }, payload });

const order = {
  customerId: 'canary@customers.example',
  email: 'canary@example.com',
  currency: 'EUR',
  lines: [{ sku: 'mug-enamel', quantity: 1 }],
  paymentMethod: '4111 1111 1111 1111',
};

test('an order that the database refuses is quoted neither by the answer nor by the log', async () => {
  await service.query(`ALTER TABLE orders ADD CONSTRAINT no_birds CHECK (email NOT LIKE 'canary%')`);
  const { statusCode, body } = await post(order);
  const { body: metrics } = await service.app.inject('/metrics');
  expect(statusCode).toBe(500);
  const told = [body, metrics, ...written()].join('\n');
  expect(told).toMatch(/no_birds/);
  expect(told).not.toMatch(CANARY);
});

test('a request that is refused is not quoted', async () => {
  await post({ ...order, currency: 'canary@example.com' });
  await post(`{"email": canary@example.com}`);
  await service.app.inject('/api/orders?customerId=canary@example.com&limit=0');
  const told = written().join('\n');
  expect(told).toMatch(/"http.response.status_code":400/);
  expect(told).not.toMatch(CANARY);
});
