import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SERVICES, type ServiceName } from '@waybill/contracts';
import type pg from 'pg';
import { openSession } from './open-session.ts';
import type { Secrets } from './secrets.ts';

const SQL = fileURLToPath(new URL('../../../infra/postgres/', import.meta.url));

export const SUPERUSER = 'postgres';
/** Sees PostgreSQL's statistics and no row of a service: the role of the metrics exporter. */
export const POSTGRES_OBSERVER = 'observer';
/** The secret with its password; RabbitMQ has another observer. */
export const POSTGRES_OBSERVER_SECRET = 'postgres-observer';

/** The issuer has a database like a service, and sends and handles no message: `libs/contracts` does not know it. */
export const IDENTITY = 'identity';
export type DatabaseOwner = ServiceName | typeof IDENTITY;
export const DATABASE_OWNERS: readonly DatabaseOwner[] = [...SERVICES, IDENTITY];

export const migratorOf = (owner: DatabaseOwner) => `${owner}_migrator`;
export const appUserOf = (owner: DatabaseOwner) => `${owner}_app`;

/** Where PostgreSQL is, and whom to believe that it is the one. `false`: it speaks clear text. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly ssl: { readonly ca: string } | false;
}

/** Makes each service's, and the issuer's, roles, database and rights, and the observer, as infra/postgres says, where they are not there yet. */
export async function createDatabases(at: ServerAddress, secrets: Secrets): Promise<void> {
  const superuser = { ...at, user: SUPERUSER, password: secrets.value('postgres') };
  await withClient({ ...superuser, database: 'postgres' }, async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    for (const service of DATABASE_OWNERS) {
      if (rows.some(({ datname }) => datname === service)) continue;
      for (const statement of statements('service.sql', variables(service, secrets))) await client.query(statement);
    }
    await createObserver(client, secrets);
    await client.query(statements('server.sql', { observer: POSTGRES_OBSERVER }).join(';\n'));
  });
  for (const owner of DATABASE_OWNERS) {
    const files = owner === IDENTITY ? ['rights.sql', 'identity.sql'] : ['rights.sql'];
    await withClient({ ...superuser, database: owner }, (client) =>
      client.query(files.flatMap((file) => statements(file, variables(owner, secrets))).join(';\n')),
    );
  }
}

async function createObserver(client: pg.Client, secrets: Secrets): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [POSTGRES_OBSERVER]);
  if (rows.length > 0) return;
  const named = { observer: POSTGRES_OBSERVER, observer_password: secrets.value(POSTGRES_OBSERVER_SECRET) };
  // One transaction: a role without its rights would never be completed.
  await client.query(statements('observer.sql', named).join(';\n'));
}

const variables = (service: DatabaseOwner, secrets: Secrets) => ({
  service,
  owner: `${service}_owner`,
  migrator: migratorOf(service),
  app: appUserOf(service),
  migrator_password: secrets.value(migratorOf(service)),
  app_password: secrets.value(appUserOf(service)),
});

function statements(file: string, values: Record<string, string>): string[] {
  return splitStatements(substitute(readFileSync(join(SQL, file), 'utf8'), values));
}

/** psql's variables: `:'name'` becomes a quoted literal, `:"name"` a quoted identifier. */
export function substitute(sql: string, values: Record<string, string>): string {
  return sql.replaceAll(/:(['"])(\w+)\1/g, (_, quote: string, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The SQL names the variable ${name}, which nothing sets.`);
    return quote + value.replaceAll(quote, quote + quote) + quote;
  });
}

/** One by one, because CREATE DATABASE refuses company. The files hold no semicolon inside a statement. */
export const splitStatements = (sql: string): string[] =>
  sql
    .replaceAll(/^\s*--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean);

async function withClient<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openSession(config);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
