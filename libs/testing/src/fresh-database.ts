import { Client } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { freshName } from './fresh-name.js';
import { type Address } from './tcp-proxy.js';
import { testStack } from './stack.js';

export interface FreshDatabase {
  /** Initialized, with the migrations applied. */
  readonly dataSource: DataSource;
  readonly name: string;
  /** Where the database is and how to sign in, for a process that opens it by itself. */
  readonly access: Address & {
    readonly name: string;
    readonly user: string;
    readonly password: string;
    readonly ssl: { readonly ca: string } | false;
  };
  /** A second DataSource on the same database, as another process would have one. It closes with the first. */
  another(options?: { poolSize?: number; through?: Address }): Promise<DataSource>;
  /** Drops the database, even while clients are connected. */
  drop(): Promise<void>;
}

/**
 * A new database on the real server. `through` is a proxy in front of it, with which the client speaks clear text; then the first
 * DataSource goes through it too.
 * The timeouts are those of the app roles.
 */
export async function freshDatabase({
  migrations,
  poolSize = 8,
  through,
}: {
  migrations: NonNullable<DataSourceOptions['migrations']>;
  poolSize?: number;
  through?: Address;
}): Promise<FreshDatabase> {
  const name = freshName('t');
  await asSuperuser(async (client) => {
    await client.query(`CREATE DATABASE ${name}`);
    await client.query(`ALTER DATABASE ${name} SET statement_timeout = '10s'`);
    await client.query(`ALTER DATABASE ${name} SET lock_timeout = '1s'`);
    await client.query(`ALTER DATABASE ${name} SET idle_in_transaction_session_timeout = '8s'`);
  });
  const { host, port, ssl, user, password } = testStack().postgres;
  const opened: DataSource[] = [];
  const open = async (through: Address | undefined, size: number) => {
    const at = through ?? { host, port };
    const dataSource = new DataSource({
      type: 'postgres',
      host: at.host,
      port: at.port,
      username: user,
      password,
      ssl: through ? false : ssl,
      database: name,
      migrations,
      poolSize: size,
      // The query that meets a cut of the proxy reports it.
      poolErrorHandler: () => {},
      // It only ends what hangs. It is the wait for a free connection of the pool as well.
      connectTimeoutMS: 15_000,
    });
    await dataSource.initialize();
    opened.push(dataSource);
    return dataSource;
  };
  const dataSource = await open(through, poolSize);
  await dataSource.runMigrations({ transaction: 'all' });
  return {
    dataSource,
    name,
    access: { host, port, name, user, password, ssl },
    another: (options = {}) => open(options.through, options.poolSize ?? 8),
    async drop() {
      for (const each of opened) await each.destroy();
      await asSuperuser((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

/** A separate session with every right, for what a test does behind the system's back. */
export async function asSuperuser<T>(work: (client: Client) => Promise<T>, database = 'postgres'): Promise<T> {
  const client = new Client({ ...testStack().postgres, database });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
