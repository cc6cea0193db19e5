import { type Contract, command, event, type ServiceName } from '@waybill/contracts';
import { openSession } from '@waybill/deploy';
import {
  batched,
  defaultTuning,
  deployTopology,
  type KafkaOptions,
  Messaging,
  messagingMigrations,
  type Tuning,
} from '@waybill/messaging';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { Servers } from '../systems/servers.ts';

const DATABASE = 'bench_layers';
/** No service of Waybill: its database, exchange, queue and topic are its own. */
export const SERVICE = 'bench' as ServiceName;

export interface Payload {
  readonly key: string;
  readonly n: number;
  readonly text: string;
}

const schema = z.strictObject({ key: z.string(), n: z.int().min(1), text: z.string() });
const sample = { key: 'k', n: 1, text: 'x' };
const key = (payload: Payload) => payload.key;

export const HAPPENED: Contract<Payload> = event({
  type: 'bench.happened.v1',
  emittedBy: SERVICE,
  handledBy: [SERVICE],
  key,
  sequence: ({ n }) => n,
  schema,
  sample,
});
export const HAPPEN: Contract<Payload> = command({
  type: 'bench.happen.v1',
  sentBy: [SERVICE],
  handledBy: SERVICE,
  key,
  schema,
  sample,
});

/** About what a message of an order carries. */
const TEXT = 'x'.repeat(150);
export const payload = (n: number): Payload => ({ key: `key-${n}`, n: 1, text: TEXT });

/** What a handler does here: one row. */
export const EFFECT = batched<[key: string, text: string]>(
  `INSERT INTO effect (key, text) SELECT * FROM unnest($1::text[], $2::text[])`,
);

const CREATE_EFFECT = `CREATE TABLE IF NOT EXISTS effect (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL, text text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())`;

/** What the layers stand on: a database with the core's tables, and an own place in both brokers. */
export interface LayerWorld {
  readonly database: DataSource;
  readonly rabbitmq: Servers['rabbitmq'];
  readonly kafka: KafkaOptions;
  /** A replica that sends, and takes nothing. */
  readonly sender: () => Messaging;
  /** A replica that takes events. */
  readonly consumer: (tuning: Partial<Tuning>) => Messaging;
  close(): Promise<void>;
}

export async function layerWorld({ connections, rabbitmq, kafka }: Servers): Promise<LayerWorld> {
  const { postgres } = connections;
  const at = { host: postgres.host, port: postgres.port, ssl: postgres.ssl, ...postgres.superuser };
  const session = await openSession({ ...at, database: 'postgres' });
  try {
    await session.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
    await session.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await session.end();
  }
  const { host, port, ssl, user, password } = at;
  const database = await new DataSource({
    type: 'postgres',
    host,
    port,
    username: user,
    password,
    ssl,
    database: DATABASE,
    migrations: messagingMigrations,
    poolSize: 12,
  }).initialize();
  await database.runMigrations({ transaction: 'all' });
  await database.query(CREATE_EFFECT);
  await database.query('SELECT keep_inbox($1)', [defaultTuning.inboxDays]);
  const contracts = [HAPPENED, HAPPEN] as unknown as Contract[];
  await deployTopology({ contracts, rabbitmq, kafka });
  const replica = (handled: Contract<Payload>, tuning: Partial<Tuning> = {}) =>
    new Messaging({ service: SERVICE, contracts: [handled as unknown as Contract], database, rabbitmq, kafka, tuning });
  return {
    database,
    rabbitmq,
    kafka,
    // What a service knows and has no handler for, it skips: a sender that handled events would skip them for the consumer.
    sender: () => replica({ ...HAPPENED, handledBy: [] } as Contract<Payload>),
    consumer: (tuning) => replica(HAPPENED, tuning),
    close: () => database.destroy(),
  };
}
