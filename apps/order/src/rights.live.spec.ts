import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@waybill/service';
import { asSuperuser, freshDatabase, type FreshDatabase, freshName } from '@waybill/testing';
import { APPEND_ONLY } from './append-only.js';
import { orderMigrations } from './migrations/index.js';

const PERMISSION_DENIED = '42501';
const environment = process.env;
let database: FreshDatabase;
let folder: string;
let app: string;
beforeEach(async () => {
  database = await freshDatabase({ migrations: [] });
  folder = await mkdtemp(join(tmpdir(), 'migrate-'));
  const { host, port, user, password, name } = database.access;
  await writeFile(join(folder, 'password'), password);
  process.env = {
    ...environment,
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: name,
    DATABASE_USER: user,
    DATABASE_PASSWORD_FILE: join(folder, 'password'),
  };
  app = freshName('app');
  // As infra/postgres/rights.sql has it for the real roles.
  await asSuperuser(async (client) => {
    await client.query(`CREATE ROLE ${app}`);
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${app}`);
    await client.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${app}`);
  }, name);
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(async () => {
  process.env = environment;
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
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
