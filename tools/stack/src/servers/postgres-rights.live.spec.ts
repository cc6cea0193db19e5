import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asSuperuser, testStack } from '@waybill/testing';
import pg from 'pg';
import {
  appUserOf,
  DATABASE_OWNERS,
  IDENTITY,
  migratorOf,
  POSTGRES_OBSERVER,
  POSTGRES_OBSERVER_SECRET,
  Secrets,
} from '@waybill/deploy';

// The roles and databases that infra/postgres makes, as they are on the server.
const stack = testStack();
const { postgres } = stack;
const secrets = new Secrets(stack.secrets);

const PERMISSION_DENIED = '42501';
const NOT_PERMITTED_TO_LOG_IN = '28000';
const WRONG_PASSWORD = '28P01';
const done = 'done';

/** Runs statements in one session. `done`, or the SQLSTATE of what the server refused. */
async function tries(user: string, database: string, statement = 'SELECT 1', password = secrets.value(user)): Promise<unknown> {
  const client = new pg.Client({ ...postgres, user, password, database });
  try {
    await client.connect();
    await client.query(statement);
    return done;
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  } finally {
    await client.end();
  }
}

describe.each(DATABASE_OWNERS)("in %s's database", (service) => {
  const app = appUserOf(service);
  const migrator = migratorOf(service);
  const table = 'made_by_the_migrator';
  const column = 'id bigint GENERATED ALWAYS AS IDENTITY, word text';
  beforeAll(async () => expect(await tries(migrator, service, `CREATE TABLE ${table} (${column})`)).toBe(done));
  afterAll(() => asSuperuser((client) => client.query(`DROP TABLE IF EXISTS ${table}`), service));

  test.each([
    `INSERT INTO ${table} (word) VALUES ('a') RETURNING id`,
    `SELECT * FROM ${table} FOR UPDATE`,
    `UPDATE ${table} SET word = 'b'`,
    `DELETE FROM ${table}`,
    `SELECT pg_try_advisory_xact_lock(1)`,
  ])('the service may %s', async (statement) => {
    expect(await tries(app, service, statement)).toBe(done);
  });

  test.each([
    `TRUNCATE ${table}`,
    `DROP TABLE ${table}`,
    `ALTER TABLE ${table} ADD COLUMN more text`,
    `CREATE INDEX ON ${table} (word)`,
    `CREATE TRIGGER t BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    `CREATE TABLE mine (id int)`,
    `CREATE TEMPORARY TABLE mine (id int)`,
    `CREATE SCHEMA mine`,
    `CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    `CREATE ROLE mine`,
    `CREATE DATABASE mine`,
    `ALTER ROLE ${app} SUPERUSER`,
    `SET ROLE ${migrator}`,
    `SET ROLE ${service}_owner`,
    `COPY ${table} TO PROGRAM 'cat'`,
    `SELECT pg_read_file('/etc/passwd')`,
    `SELECT rolpassword FROM pg_authid`,
    // What anybody may do unless it is taken away: it fills the disk beside all tables.
    `SELECT lo_create(0)`,
    `SELECT lo_from_bytea(0, 'kept')`,
    `SELECT pg_logical_emit_message(false, 'a', 'b')`,
    `SELECT pg_create_logical_replication_slot('mine', 'pgoutput')`,
    `ALTER SYSTEM SET work_mem = '1GB'`,
    `ALTER DATABASE "${service}" SET lock_timeout = 0`,
    `CREATE EXTENSION dblink`,
    `LISTEN a; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> current_user`,
    `SELECT pg_read_binary_file('postgresql.conf')`,
    `SET session_replication_role = replica`,
  ])('the service may not %s', async (statement) => {
    expect(await tries(app, service, statement)).toBe(PERMISSION_DENIED);
  });

  test.each(DATABASE_OWNERS.filter((other) => other !== service))(
    '%s may not even connect, nor may its migrator',
    async (other) => {
      expect(await tries(appUserOf(other), service)).toBe(PERMISSION_DENIED);
      expect(await tries(migratorOf(other), service)).toBe(PERMISSION_DENIED);
    },
  );

  test.each(['postgres', 'template1'])('its roles are not let into %s, where others could keep something', async (database) => {
    for (const user of [app, migrator]) expect(await tries(user, database)).toBe(PERMISSION_DENIED);
  });

  test('the migrator changes tables, and nobody’s rights', async () => {
    expect(await tries(migrator, service, `ALTER TABLE ${table} ADD COLUMN more text`)).toBe(done);
    for (const statement of [
      'CREATE ROLE mine',
      'CREATE DATABASE mine',
      `ALTER ROLE ${app} CREATEDB`,
      `SET ROLE ${service}_owner`,
    ])
      expect(await tries(migrator, service, statement)).toBe(PERMISSION_DENIED);
  });

  test('nobody signs in as the owner, or with another password', async () => {
    expect(await tries(`${service}_owner`, service, 'SELECT 1', 'any')).toEqual(
      expect.stringMatching(`${NOT_PERMITTED_TO_LOG_IN}|${WRONG_PASSWORD}`),
    );
    expect(await tries(app, service, 'SELECT 1', 'guess')).toBe(WRONG_PASSWORD);
  });

  test('a service that takes all its connections leaves the others theirs', async () => {
    const limits = await asSuperuser((client) =>
      client.query(`SELECT rolconnlimit FROM pg_roles WHERE rolname IN ('${app}', '${migrator}') ORDER BY rolname`),
    );
    expect(limits.rows).toEqual([{ rolconnlimit: service === IDENTITY ? 20 : 180 }, { rolconnlimit: 3 }]);
  });

  test('what waits too long gives way', async () => {
    const client = new pg.Client({ ...postgres, user: app, password: secrets.value(app), database: service });
    await client.connect();
    const limits = await client.query(
      `SELECT name, setting::int AS ms FROM pg_settings
       WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY name`,
    );
    await client.end();
    expect(limits.rows).toEqual([
      { name: 'idle_in_transaction_session_timeout', ms: 8_000 },
      { name: 'lock_timeout', ms: 1_000 },
      { name: 'statement_timeout', ms: 10_000 },
    ]);
  });
});

describe('the observer, whose password the exporter of metrics has', () => {
  const observes = (statement: string, database = 'postgres') =>
    tries(POSTGRES_OBSERVER, database, statement, secrets.value(POSTGRES_OBSERVER_SECRET));

  test.each([
    `SELECT query FROM pg_stat_activity`,
    `SELECT numbackends FROM pg_stat_database`,
    `SELECT pg_database_size('order')`,
    `SELECT setting FROM pg_settings WHERE name = 'max_connections'`,
  ])('may %s', async (statement) => {
    expect(await observes(statement)).toBe(done);
  });

  test.each([`CREATE TABLE mine (id int)`, `CREATE ROLE mine`, `SELECT rolpassword FROM pg_authid`, `SELECT pg_reload_conf()`])(
    'may not %s',
    async (statement) => {
      expect(await observes(statement)).toBe(PERMISSION_DENIED);
    },
  );

  test.each(DATABASE_OWNERS)("is not let into %s's database", async (service) => {
    expect(await observes('SELECT 1', service)).toBe(PERMISSION_DENIED);
  });
});
