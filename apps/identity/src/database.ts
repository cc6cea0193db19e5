import pg from 'pg';
import type { DatabaseConfig } from './config.js';

const CONNECT_TIMEOUT_MS = 2_000;
/** A sign-in holds one for a statement, never while a password is checked. */
const POOL_SIZE = 8;

/** invalid_password */
const REFUSED = '28P01';
/** A rotation changes the password at the server and then in the file, some milliseconds later: who is refused in between asks again. */
const WRONG_AFTER_MS = 1_000;
const AGAIN_AFTER_MS = 25;

type Connected = Parameters<pg.Pool['connect']>[0];

/** As the services' own pool: libs/service/src/patient-pool.ts. */
class PatientPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<pg.PoolClient> | void {
    if (connected) return this.signIn(connected);
    return new Promise((resolve, reject) => {
      this.signIn((error, client) => (error ? reject(error) : resolve(client!)));
    });
  }

  private signIn(connected: Connected, refusedAt?: number): void {
    super.connect((error, client, release) => {
      const since = refusedAt ?? performance.now();
      const refused = (error as { code?: unknown } | undefined)?.code === REFUSED;
      if (!refused || performance.now() - since > WRONG_AFTER_MS) connected(error, client, release);
      else setTimeout(() => this.signIn(connected, since), AGAIN_AFTER_MS);
    });
  }
}

/** The connections of this process. A connection that breaks while it is idle is replaced by the next statement. */
export function openDatabase(config: DatabaseConfig, applicationName: string, connectTimeoutMs = CONNECT_TIMEOUT_MS): pg.Pool {
  const pool = new PatientPool({
    host: config.host,
    port: config.port,
    database: config.name,
    user: config.user,
    password: config.password,
    ssl: config.ssl,
    application_name: applicationName,
    max: POOL_SIZE,
    // Also the longest wait for a free connection.
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  pool.on('error', () => {});
  return pool;
}

/** Runs the work in one transaction on one connection. */
export async function inTransaction<T>(database: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await database.connect();
  let failed: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    const { command } = await client.query('COMMIT');
    // PostgreSQL answers ROLLBACK to the COMMIT of a transaction that has failed.
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back.');
    return result;
  } catch (error) {
    failed = error as Error;
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release(failed);
  }
}
