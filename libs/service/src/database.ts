import { Logger, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { MixedList } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig, ServiceConfig } from './config.js';

/** More connections than this only cost: two cores were busy with eight. */
const POOL_SIZE = 8;
const CONNECT_TIMEOUT_MS = 2_000;

type Entities = MixedList<new () => object>;

/** What services, migrations and specs have in common when they open a database. Schemas change only through migrations. */
export const databaseOptions = (database: DatabaseConfig, applicationName: string) =>
  ({
    type: 'postgres',
    host: database.host,
    port: database.port,
    database: database.name,
    username: database.user,
    password: database.password,
    applicationName,
    // Also the longest wait for a free connection of the pool: a request then gets 503 and is not queued for ever.
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    synchronize: false,
    // TypeORM would print to stdout past the log; what fails is thrown and logged where it is caught.
    logging: false,
  }) satisfies DataSourceOptions;

/** The service's database. At start it is tried again for a minute; then the process ends and its supervisor goes on. */
export function databaseModule({ database, replica }: ServiceConfig, { entities }: { entities: Entities }): DynamicModule {
  const log = new Logger('Database');
  return TypeOrmModule.forRoot({
    ...databaseOptions(database, replica),
    entities,
    poolSize: POOL_SIZE,
    poolErrorHandler: (error: Error) =>
      log.warn({ err: error }, 'An idle connection to the database broke; the pool opens a new one.'),
    retryAttempts: 60,
    retryDelay: 1_000,
  });
}
