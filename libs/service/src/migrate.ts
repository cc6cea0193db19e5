import type { ServiceName } from '@waybill/contracts';
import { messagingMigrations } from '@waybill/messaging';
import { DataSource, MigrationExecutor, type MigrationInterface, type QueryRunner } from 'typeorm';
import { databaseSettings } from './config.js';
import { databaseOptions } from './database.js';
import { readConfigOrExit } from './read-config-or-exit.js';

/** Any number serves, if all deploys use the same: two deploys at once take turns. The relay's locks have another key space. */
const LOCK = "hashtextextended('waybill.migrate', 0)";

/**
 * A migration that waits for a table makes every statement after it wait as well, each POST among them. So it gives way after
 * this time, and is tried again when the transactions that held the table may have ended.
 */
const GIVE_WAY_AFTER_MS = 500;
const AGAIN_AFTER_MS = 2_000;
const TRIES = 60;
const LOCK_NOT_AVAILABLE = '55P03';
/** Nobody waits for a step as a client waits for an answer: on a machine that has just started everything it has time. */
const CONNECT_TIMEOUT_MS = 30_000;

/**
 * Brings a service's database up to date: the messaging core's tables first, then the service's own. The deploy step runs it
 * with the migrator's role. A second run does nothing. A migration that fails is rolled back whole. A migration that waits for
 * a lock gives way to the service, and is tried again for two minutes.
 *
 * @param appendOnly tables to which the service only adds rows: what it may not do to them is taken from its role.
 */
export async function migrate(
  service: ServiceName,
  migrations: readonly (new () => MigrationInterface)[],
  { appendOnly = {} }: { readonly appendOnly?: AppendOnly } = {},
): Promise<void> {
  const config = readConfigOrExit(databaseSettings());
  const options = databaseOptions(config, `${service}-migrate`);
  const database = new DataSource({
    ...options,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { ...options.extra, lock_timeout: GIVE_WAY_AFTER_MS },
    migrations: [...messagingMigrations, ...migrations],
  });
  await database.initialize();
  try {
    // This is a session lock, on a connection that is held until the end. It is gone with the process, however the process
    // ends.
    const session = database.createQueryRunner();
    await session.query('SET lock_timeout = 0');
    await session.query(`SELECT pg_advisory_lock(${LOCK})`);
    const pending = await new MigrationExecutor(database, session).getPendingMigrations();
    await givingWay(service, () => database.runMigrations({ transaction: 'each' }));
    console.log(
      `${service}: ${pending.length === 0 ? 'the database is up to date' : `applied ${pending.map(({ name }) => name).join(', ')}`}`,
    );
    // Who could write here would have the next deploy leave a migration out, or apply one twice.
    await takeRights(session, 'migrations', ['INSERT', 'UPDATE', 'DELETE']);
    for (const [table, { except }] of Object.entries(appendOnly)) await takeRights(session, table, ['UPDATE', 'DELETE'], except);
    await session.release();
  } finally {
    await database.destroy();
  }
}

/** By table: the columns that may be changed all the same. */
export type AppendOnly = Readonly<Record<string, { readonly except?: readonly string[] }>>;

/** From every role but the migrator's own. It takes no lock on the table. */
async function takeRights(
  session: QueryRunner,
  table: string,
  rights: readonly string[],
  except: readonly string[] = [],
): Promise<void> {
  const roles = (await session.query(
    `SELECT DISTINCT grantee AS role FROM information_schema.role_table_grants
     WHERE table_schema = 'public' AND table_name = $1 AND grantee <> current_user`,
    [table],
  )) as { role: string }[];
  for (const { role } of roles) {
    const granted = except.map((column) => `GRANT UPDATE ("${column}") ON "${table}" TO "${role}"`);
    // One transaction: a service that runs never misses a right that it keeps.
    await session.query([`REVOKE ${rights.join(', ')} ON "${table}" FROM "${role}"`, ...granted].join('; '));
  }
}

async function givingWay(service: ServiceName, apply: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await apply();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE || tries === TRIES) throw error;
      console.log(`${service}: a table is in use; the migration gives way and is tried again in ${AGAIN_AFTER_MS / 1_000} s`);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}
