import { Logger, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import pg, { type ClientBase } from 'pg';
import type { MixedList } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig, ServiceConfig } from './config.js';
import { PatientPool } from './patient-pool.js';
import { countShortages } from './database-shortages.js';
import { countStatements } from './database-statements.js';

/**
 * Uses that share a pool can starve one another. So each use has its own pool, whose size is the most that the use holds at a
 * time. Ten replicas of each service fit into `max_connections` (`npm run check -- --only "connections fit"`). A pool opens a
 * connection when it needs one: an idle replica has a few.
 */
export const POOL_SIZES = {
  /** Routes. Orders that are placed at the same time share one; each other request holds one for its transaction. */
  requests: 4,
  /** The lanes of both brokers while they publish, due timers, and one each for housekeeping and for probes. */
  relay: 5,
  /** Two transactions of batches, two of batches that failed, and what the handlers that call outside write together. */
  consumers: 5,
  /** Three retries with a transaction, and one connection for the claims and the reports. */
  retries: 4,
};

/** The routes' pool has no name: a route asks for a `DataSource`, and gets this one. */
export const poolToken = (pool: keyof typeof POOL_SIZES) => getDataSourceToken(pool === 'requests' ? undefined : pool);

const CONNECT_TIMEOUT_MS = 2_000;
/**
 * This process gives up a connection on which nothing has come or gone for so long. PostgreSQL ends each statement after 10 s
 * and each idle transaction after 8 s, and says so: a server that is silent beyond that is not there any more. Without a reset
 * (a cable that was pulled, a firewall that forgot) the system would wait for a quarter of an hour.
 */
const SILENCE_MS = 11_000;
const KEEP_ALIVE_AFTER_MS = 5_000;

type Entities = MixedList<new () => object>;

/** The options that services, migrations and specs share when they open a database. Schemas change only through migrations. */
export const databaseOptions = (database: DatabaseConfig, applicationName: string) =>
  ({
    type: 'postgres',
    driver: { ...pg, Pool: PatientPool },
    host: database.host,
    port: database.port,
    database: database.name,
    username: database.user,
    // A function is asked at each sign-in.
    password: database.password,
    ssl: database.ssl,
    applicationName,
    // Also the longest wait for a free connection of the pool: a request then gets 503 and is not queued for ever.
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    synchronize: false,
    // The system sends ten probes, a second apart. A machine that is gone answers none of them either.
    extra: { onConnect: surviveErrors, keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS },
    // TypeORM would print to stdout past the log. Errors are thrown, and logged where they are caught.
    logging: false,
  }) satisfies DataSourceOptions;

/**
 * The pool gives a connection out without a listener, and TypeORM adds its own a moment later. PostgreSQL may say in one
 * packet that it is ready and that it ends. Without this listener nobody would catch that error, and it would end the process.
 * The next statement fails, and says so.
 */
function surviveErrors(client: ClientBase): void {
  client.on('error', () => {});
}

/** A migration's connection is not watched: it may work in silence for long, and Prometheus does not ask its process. */
function watch(client: ClientBase): void {
  surviveErrors(client);
  const { connection } = client as unknown as { connection: EventEmitter & { readonly stream: Socket } };
  giveUpWhenSilent(connection.stream);
  countShortages(connection);
  countStatements(connection);
}

function giveUpWhenSilent(stream: Socket): void {
  stream.setTimeout(SILENCE_MS, () =>
    stream.destroy(new Error(`Connection terminated: PostgreSQL has said nothing for ${SILENCE_MS} ms.`)),
  );
}

/** The service's database. At its start the process tries to connect for a minute. Then it ends, and its supervisor goes on. */
export function databaseModule({ database, replica }: ServiceConfig, { entities }: { entities: Entities }): DynamicModule {
  const log = new Logger('Database');
  const options = databaseOptions(database, replica);
  const pool = ([name, poolSize]: [string, number]) =>
    TypeOrmModule.forRoot({
      ...options,
      extra: { ...options.extra, onConnect: watch },
      ...(name !== 'requests' && { name }),
      entities,
      poolSize,
      poolErrorHandler: (error: Error) =>
        log.warn({ err: error, pool: name }, 'An idle connection to the database broke; the pool opens a new one.'),
      retryAttempts: 60,
      retryDelay: 1_000,
    });
  return { module: class Database {}, imports: Object.entries(POOL_SIZES).map(pool) };
}
