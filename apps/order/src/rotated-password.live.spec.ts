import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { databaseOptions } from '@waybill/service';
import { asSuperuser, freshDatabase, type FreshDatabase, freshName } from '@waybill/testing';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';

const INVALID_PASSWORD = '28P01';
const newPassword = () => randomBytes(32).toString('base64url');

let database: FreshDatabase;
let service: DataSource;
let role: string;
/** What the file has. */
let password: string;
beforeEach(async () => {
  database = await freshDatabase({ migrations: [] });
  role = freshName('app');
  password = newPassword();
  await atServer(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  const { host, port, name, ssl } = database.access;
  const access = { host, port, name, ssl, user: role, password: () => password };
  service = await new DataSource({
    ...databaseOptions(access, 'spec'),
    poolSize: 2,
    poolErrorHandler: () => undefined,
  }).initialize();
});
afterEach(async () => {
  await service.destroy();
  await database.drop();
  await atServer(`DROP ROLE ${role}`);
});

const atServer = (statement: string) => asSuperuser((client) => client.query(statement));
const endItsConnections = () =>
  atServer(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '${role}'`);
const ask = async () => (await service.query<{ user: string }[]>('SELECT current_user AS user'))[0]!.user;

test('a connection that is open outlives a rotation, and the next one signs in with what the file has by then', async () => {
  const next = newPassword();
  await ask();
  await atServer(`ALTER ROLE ${role} PASSWORD '${next}'`);
  await ask();
  password = next;
  await endItsConnections();
  await delay(50);
  expect(await Promise.all([ask(), ask()])).toEqual([role, role]);
});

test('who signs in between the server and the file waits for the file', async () => {
  const next = newPassword();
  await atServer(`ALTER ROLE ${role} PASSWORD '${next}'`);
  await endItsConnections();
  await delay(50);
  const asked = Promise.all([ask(), ask(), ask()]);
  await delay(300);
  password = next;
  expect(await asked).toEqual([role, role, role]);
});

test('a password that stays wrong is refused', async () => {
  await atServer(`ALTER ROLE ${role} PASSWORD '${newPassword()}'`);
  await endItsConnections();
  await delay(50);
  await expect(ask()).rejects.toMatchObject({ code: INVALID_PASSWORD });
});
