import pg from 'pg';
import type { DatabaseConfig } from './config.js';

const CONNECT_TIMEOUT_MS = 2_000;
/** A sign-in holds one for a statement, never while a password is checked. */
const POOL_SIZE = 8;

/** The connections of this process. A connection that breaks while it is idle is replaced by the next statement. */
export function openDatabase(config: DatabaseConfig, applicationName: string): pg.Pool {
  const pool = new pg.Pool({
    host: config.host,
    port: config.port,
    database: config.name,
    user: config.user,
    password: config.password,
    ssl: config.ssl,
    application_name: applicationName,
    max: POOL_SIZE,
    // Also the longest wait for a free connection.
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
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
