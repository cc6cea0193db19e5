import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { migrate } from '@waybill/service';
import { asSuperuser, freshDatabase, type FreshDatabase, freshName, migrateHere } from '@waybill/testing';
import { APPEND_ONLY } from './append-only.js';
import { orderMigrations } from './migrations/index.js';

const PERMISSION_DENIED = '42501';
let database: FreshDatabase;
let restore: () => void;
let app: string;
beforeEach(async () => {
  database = await freshDatabase({ migrations: [] });
  restore = migrateHere(database);
  app = freshName('app');
  // As infra/postgres/rights.sql has it for the real roles.
  await asSuperuser(async (client) => {
    await client.query(`CREATE ROLE ${app}`);
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${app}`);
    await client.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${app}`);
  }, database.name);
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(async () => {
  restore();
  jest.restoreAllMocks();
  await database.drop();
  await asSuperuser((client) => client.query(`DROP ROLE ${app}`));
});

const asService = (statement: string): Promise<string> =>
  asSuperuser(async (client) => {
    await client.query(`SET ROLE ${app}`);
    return client.query(statement).then(
      () => 'done',
      ({ code }: { code: string }) => code,
    );
  }, database.name);

test('the service adds to the history of an order and changes nothing of it, nor what the deploy step has noted', async () => {
  // A second deploy takes nothing that the first has left.
  for (const _ of [1, 2]) await migrate('order', orderMigrations, { appendOnly: APPEND_ONLY });
  const allowed = [
    'SELECT * FROM order_history',
    `UPDATE order_history SET reason = NULL`,
    `INSERT INTO order_history (order_id, version, status, at) SELECT id, 1, 'placed', now() FROM orders`,
    `UPDATE orders SET status = 'confirmed'`,
    'SELECT * FROM migrations',
  ];
  for (const statement of allowed) expect([statement, await asService(statement)]).toEqual([statement, 'done']);
  const refused = [
    `UPDATE order_history SET status = 'confirmed'`,
    'DELETE FROM order_history',
    `INSERT INTO migrations ("timestamp", name) VALUES (1, 'Another1')`,
    `UPDATE migrations SET name = 'Another1'`,
    'DELETE FROM migrations',
  ];
  for (const statement of refused) expect([statement, await asService(statement)]).toEqual([statement, PERMISSION_DENIED]);
});
