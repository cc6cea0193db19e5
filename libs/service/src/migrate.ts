import type { ServiceName } from '@waybill/contracts';
import { messagingMigrations } from '@waybill/messaging';
import { DataSource, type MigrationInterface } from 'typeorm';
import { databaseSettings } from './config.js';
import { databaseOptions } from './database.js';
import { readConfigOrExit } from './read-config-or-exit.js';

/** Any number, the same for all: two deploys at once take turns. Of another key space than the relay's locks. */
const LOCK = "hashtextextended('waybill.migrate', 0)";

/**
 * Brings a service's database up to date: the messaging core's tables first, then the service's own. Run by the
 * deploy step with the migrator's role; running it again does nothing. A migration that fails is rolled back whole.
 */
export async function migrate(service: ServiceName, migrations: readonly (new () => MigrationInterface)[]): Promise<void> {
  const config = readConfigOrExit(databaseSettings());
  const database = new DataSource({
    ...databaseOptions(config, `${service}-migrate`),
    migrations: [...messagingMigrations, ...migrations],
  });
  await database.initialize();
  try {
    // A session lock, on a connection that is held until the end: it is gone with the process, however that ends.
    const session = database.createQueryRunner();
    await session.query(`SELECT pg_advisory_lock(${LOCK})`);
    const done = await database.runMigrations({ transaction: 'each' });
    console.log(
      `${service}: ${done.length === 0 ? 'the database is up to date' : `applied ${done.map((migration) => migration.name).join(', ')}`}`,
    );
    await session.release();
  } finally {
    await database.destroy();
  }
}
