import { join } from 'node:path';
import type { ServiceName } from '@waybill/contracts';
import { openSession } from '@waybill/deploy';
import { tokenFrom, type Who } from '@waybill/sign-in';
import { instanceOf, readConnections, status } from '@waybill/stack';
import type pg from 'pg';

export type Query = <Row extends object>(sql: string, parameters?: unknown[]) => Promise<Row[]>;

/** Where the outside world tells what it has seen and takes faults, and the token of the one whom it lets. */
export interface OutsideWorld {
  readonly url: string;
  readonly token: string;
}

/** Where everything of a running instance is. */
export interface RunningStack {
  readonly urls: Readonly<Record<string, string>>;
  readonly edge: string;
  readonly outsideWorld: OutsideWorld;
  /** What this tool has sent and was answered, over all runs on the same data. */
  readonly clientLedger: string;
  /** An access token, by default of a program that may order for every customer. It is asked for anew when it ends. */
  readonly token: (who?: Who) => Promise<string>;
  /** Reads a service's database, past the service. */
  database<T>(service: ServiceName, read: (query: Query) => Promise<T>): Promise<T>;
}

/** Throws a sentence when nothing runs. */
export async function runningStack(name: string | undefined): Promise<RunningStack> {
  const { urls } = await status(name);
  const { edge, outsideWorld } = urls;
  if (!edge || !outsideWorld) throw new Error('Nothing is running: `npm run demo` or `npm run stack -- up` starts it.');
  // A rotation of secrets writes it anew while something runs.
  const now = () => readConnections(name);
  return {
    urls,
    edge,
    outsideWorld: {
      url: outsideWorld,
      get token() {
        return now().outsideWorld.operatorToken;
      },
    },
    clientLedger: join(instanceOf(name).dir, 'client-ledger.ndjson'),
    token: (who = 'machine') => tokenFrom(now().identity, who),
    database: (service, read) => {
      const { host, port, ssl, superuser } = now().postgres;
      return databasesOf({ host, port, ssl, ...superuser })(service, read);
    },
  };
}

/** The services' databases of a PostgreSQL server, to be read. */
export const databasesOf =
  (server: pg.ClientConfig): RunningStack['database'] =>
  (service, read) =>
    reading({ ...server, database: service }, read);

/** The superuser sees everything, and PostgreSQL itself refuses any write of this connection. */
async function reading<T>(config: pg.ClientConfig, read: (query: Query) => Promise<T>): Promise<T> {
  const client = await openSession({ ...config, application_name: 'audit', options: '-c default_transaction_read_only=on' });
  try {
    return await read(
      async <Row extends object>(sql: string, parameters?: unknown[]) => (await client.query<Row>(sql, parameters)).rows,
    );
  } finally {
    await client.end();
  }
}
