import { Logger, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { ClientBase } from 'pg';
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
    extra: { onConnect: surviveErrors },
    // TypeORM would print to stdout past the log; what fails is thrown and logged where it is caught.
    logging: false,
  }) satisfies DataSourceOptions;

/**
 * The pool gives a connection out without a listener, and TypeORM adds its own a moment later. PostgreSQL may say in one packet
 * that it is ready and that it ends: without this one, that would be an error that nobody catches, and end the process. The next
 * statement fails, and says so.
 */
function surviveErrors(client: ClientBase): void {
  client.on('error', () => {});
}

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
