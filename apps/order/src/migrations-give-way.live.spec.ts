import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { migrate } from '@waybill/service';
import { asSuperuser, eventually, type FreshDatabase, freshDatabase, migrateHere } from '@waybill/testing';
import type { QueryRunner } from 'typeorm';

class WidenOrders1799000000000 {
  readonly name = 'WidenOrders1799000000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE in_use ADD COLUMN more text`);
  }
  async down(): Promise<void> {}
}

let database: FreshDatabase;
let restore: () => void;
beforeEach(async () => {
  database = await freshDatabase({ migrations: [] });
  await database.dataSource.query(`CREATE TABLE in_use (id int)`);
  // The migrator's role has no limit. Nor has the reader here, so that a wait shows as a wait.
  await asSuperuser((client) => client.query(`ALTER DATABASE ${database.name} RESET lock_timeout`));
  restore = migrateHere(database);
});
afterEach(async () => {
  restore();
  jest.restoreAllMocks();
  await database.drop();
});

test('a migration whose table is in use lets others use it, and is applied when it can be', async () => {
  const said: string[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  let migrating: Promise<void> | undefined;
  await asSuperuser(async (holder) => {
    await holder.query('BEGIN');
    await holder.query('SELECT FROM in_use');
    migrating = migrate('order', [WidenOrders1799000000000]);
    migrating.catch(() => undefined);
    const waiting = `SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'in_use'::regclass`;
    await eventually('the migration waits for the table', async () => (await holder.query(waiting)).rowCount === 1);
    // Queued behind the migration, while the holder still holds the table.
    await asSuperuser(async (reader) => {
      await reader.query(`SET lock_timeout = '5s'`);
      await reader.query('SELECT FROM in_use');
    }, database.name);
    await eventually('it says so', () => said.some((line) => line.includes('gives way')));
    await holder.query('COMMIT');
  }, database.name);
  await migrating;
  expect(said.at(-1)).toMatch(/^order: applied MessagingTables1764000000000, .*, WidenOrders1799000000000$/);
  await database.dataSource.query('SELECT more FROM in_use');
});
