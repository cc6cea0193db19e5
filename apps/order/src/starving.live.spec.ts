import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { paymentCharged } from '@waybill/contracts';
import { Messaging, newId } from '@waybill/messaging';
import { eventually, ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, place, twoMugs } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
});
afterAll(() => service.close());

/** More than any pool has, and more than the one pool had that all uses once shared. */
const MANY = 16;
const HANGS_FOR_S = 4;

/** A change of an order of `slow` waits in a statement that nothing ends. */
beforeEach(() =>
  service.query(`
    CREATE TABLE IF NOT EXISTS slow (id uuid PRIMARY KEY);
    CREATE OR REPLACE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.id IN (SELECT id FROM slow) THEN PERFORM pg_sleep(${HANGS_FOR_S}); END IF; RETURN NEW; END $$;
    CREATE OR REPLACE TRIGGER hang BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION hang()`),
);

async function slowOrders(): Promise<{ id: string }[]> {
  const orders: { id: string }[] = [];
  for (let n = 0; n < MANY; n++) orders.push(await place(service));
  await service.query(`INSERT INTO slow SELECT unnest($1::uuid[])`, [orders.map(({ id }) => id)]);
  return orders;
}

const charged = (orderId: string, by: App = service.app) =>
  by.get(Messaging).deliver(paymentCharged, { ...paymentCharged.sample, orderId, amount: 2_500 });

/** The number of statements that are in the trigger right now. */
async function hanging(): Promise<number> {
  const [row] = await service.query<{ hanging: number }>(
    `SELECT count(*)::int AS hanging FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
  );
  return row!.hanging;
}

test('retries that hang keep no request, no message and no figure waiting', async () => {
  const orders = await slowOrders();
  // A handler that got no lock in time has parked them, and all are due at once.
  const holder = service.database.dataSource.createQueryRunner();
  await holder.startTransaction();
  await holder.query(`SELECT 1 FROM orders WHERE id IN (SELECT id FROM slow) FOR UPDATE`);
  await Promise.all(orders.map(({ id }) => charged(id)));
  await holder.rollbackTransaction();
  await holder.release();
  expect(await service.parked()).toHaveLength(MANY);
  await service.query(`UPDATE parked SET next_attempt_at = now()`);
  const free = await place(service);

  const app = await service.replica();
  const started = app.startAllMicroservices();
  await eventually('retries hang', async () => (await hanging()) > 2);
  const since = performance.now();
  const [products, order, health] = await Promise.all([
    app.inject({ url: '/api/products' }),
    app.inject({ method: 'POST', url: '/api/orders', headers: { 'idempotency-key': newId() }, payload: twoMugs }),
    app.inject({ url: '/health/ready' }),
    charged(free.id, app),
    app.get(Messaging).backlog(),
  ]);
  expect([products.statusCode, order.statusCode]).toEqual([200, 202]);
  expect(health.json()).toMatchObject({ details: { database: { status: 'up' } } });
  expect(performance.now() - since).toBeLessThan(1_500);
  expect(await hanging()).toBeGreaterThan(2);
  await app.close();
  await started;
});

test('requests that hang keep no message waiting', async () => {
  const orders = await slowOrders();
  const free = await place(service);
  const cancels = orders.map(({ id }) => service.app.inject({ method: 'POST', url: `/api/orders/${id}/cancel` }));
  await eventually('requests hang', async () => (await hanging()) > 2);
  const since = performance.now();
  await Promise.all([charged(free.id), service.app.get(Messaging).backlog()]);
  expect(performance.now() - since).toBeLessThan(1_500);
  expect(await hanging()).toBeGreaterThan(2);
  const [confirmed] = await service.query(`SELECT status FROM orders WHERE id = $1`, [free.id]);
  expect(confirmed).toEqual({ status: 'confirmed' });
  for (const { statusCode } of await Promise.all(cancels)) expect([202, 503]).toContain(statusCode);
});
