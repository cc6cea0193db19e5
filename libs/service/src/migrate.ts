import type { ServiceName } from '@waybill/contracts';
import { messagingMigrations } from '@waybill/messaging';
import { DataSource, MigrationExecutor, type MigrationInterface } from 'typeorm';
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

/**
 * Brings a service's database up to date: the messaging core's tables first, then the service's own. The deploy step runs it
 * with the migrator's role. A second run does nothing. A migration that fails is rolled back whole. A migration that waits for
 * a lock gives way to the service, and is tried again for two minutes.
 */
export async function migrate(service: ServiceName, migrations: readonly (new () => MigrationInterface)[]): Promise<void> {
  const config = readConfigOrExit(databaseSettings());
  const options = databaseOptions(config, `${service}-migrate`);
  const database = new DataSource({
    ...options,
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
    await session.release();
  } finally {
    await database.destroy();
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
