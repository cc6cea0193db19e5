import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { messagingMigrations } from '@waybill/messaging';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { databaseUrl } from './settings.js';

class Greetings1796500000000 implements MigrationInterface {
  readonly name = 'Greetings1796500000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE greetings (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE greetings');
  }
}

export const openDatabase = (poolSize: number): Promise<DataSource> =>
  new DataSource({
    type: 'postgres',
    url: databaseUrl(),
    poolSize,
    migrations: [...messagingMigrations, Greetings1796500000000],
  }).initialize();

/** A pool for each use, so that a handler that hangs keeps no request waiting. Retries need one connection more than the others. */
const POOLS = { requests: 8, relay: 6, consumers: 8, retries: 9 };

@Global()
@Module({
  providers: Object.entries(POOLS).map(([provide, size]) => ({ provide, useFactory: () => openDatabase(size) })),
  exports: Object.keys(POOLS),
})
export class DatabaseModule implements OnApplicationShutdown {
  readonly #pools: readonly DataSource[];

  constructor(
    @Inject('requests') requests: DataSource,
    @Inject('relay') relay: DataSource,
    @Inject('consumers') consumers: DataSource,
    @Inject('retries') retries: DataSource,
  ) {
    this.#pools = [requests, relay, consumers, retries];
  }

  /** Nest calls it when the transports have stopped. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.destroy()));
  }
}
