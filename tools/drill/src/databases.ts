import { alert, type DrilledSystem } from '@waybill/alerts';
import { type ServiceName, SERVICES } from '@waybill/contracts';
import type { Query } from '@waybill/demo';
import type { Kind } from './incident.ts';
import { replicasOf } from './services.ts';

/** What a service's database that cannot be worked with looks like; `shows` tells it from other reasons. */
const handlesNothing = (service: string, shows: string) => ({
  query: `sum(rate(waybill_messages_total{service="${service}", outcome="handled"}[30s])) == 0`,
  panel: '2 Services, "Messages handled"',
  shows,
});

// Each replica names itself to PostgreSQL.
const ITS_SESSIONS = `FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE current_database() || '-%'`;
const END_SESSIONS = `SELECT pg_terminate_backend(pid) ${ITS_SESSIONS}`;

/** Works as superuser in a service's database, in which nothing is read-only for it. */
const inDatabase = <T>({ stack }: DrilledSystem, service: string, work: (query: Query) => Promise<T>): Promise<T> =>
  stack.database(service as ServiceName, async (query) => {
    await query('SET default_transaction_read_only = off');
    return work(query);
  });

/** Holds something in a session of its own, until it is mended. */
async function hold(system: DrilledSystem, service: string, statements: readonly string[]): Promise<() => Promise<unknown>> {
  const mend = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const session = inDatabase(system, service, async (query) => {
    for (const statement of statements) await query(statement);
    held.resolve();
    await mend.promise;
  });
  session.catch(held.reject);
  await held.promise;
  return () => {
    mend.resolve();
    return session;
  };
}

export const lockHeld: Kind = {
  name: 'lock-held',
  what: 'somebody has begun a transaction in a database, locked the inbox, and gone home',
  places: SERVICES,
  at: (service) => ({
    evidence: {
      figure: handlesNothing(
        service,
        `both replicas of ${service} are up and connected, and handle nothing; pg_locks of its database (\`npm run stack -- psql ${service} --instance drill\`) has a session that is none of the service's, and holds a lock on the inbox`,
      ),
      log: { of: replicasOf(service), has: 'lock timeout' },
    },
    begin: (system) => hold(system, service, ['BEGIN', 'LOCK TABLE inbox']),
  }),
};

export const relayShutOut: Kind = {
  name: 'relay-shut-out',
  what: 'no replica gets the lock of a lane, and nothing leaves by it',
  places: ['order/kafka', 'order/rabbitmq', 'payment/kafka', 'notification/rabbitmq'],
  at: (place) => {
    const [service, lane] = place.split('/') as [ServiceName, string];
    return {
      evidence: {
        alert: alert('OutboxStuck', { service, lane }),
        figure: {
          query: `waybill_outbox_oldest_seconds{service="${service}", lane="${lane}"} > 30`,
          panel: '5 Outbox, inbox, parking, "Age of the oldest row"',
          shows: `rows of ${place} get older, while ${lane} is connected everywhere and the other lane of ${service} goes on; pg_locks has an advisory lock that no replica holds`,
        },
      },
      begin: (system) => hold(system, service, [`SELECT pg_advisory_lock(hashtext('waybill.outbox.${lane}'))`]),
    };
  },
};

export const readOnly: Kind = {
  name: 'database-read-only',
  what: 'a database takes no writes, as one whose disk is full or that is a standby',
  places: SERVICES,
  at: (service) => ({
    evidence: {
      figure: handlesNothing(service, `${service} reads and writes nothing`),
      log: { of: replicasOf(service), has: 'read-only transaction' },
    },
    begin: async (system) => {
      const set = (value: string) =>
        inDatabase(system, service, async (query) => {
          await query(`ALTER DATABASE "${service}" SET default_transaction_read_only = ${value}`);
          await query(END_SESSIONS);
        });
      await set('on');
      return () => set('off');
    },
  }),
};

export const wrongSecret: Kind = {
  name: 'wrong-secret',
  what: 'a service has a password that its database does not take',
  places: SERVICES,
  at: (service) => ({
    evidence: {
      figure: handlesNothing(service, `${service} handles nothing and is not ready, while PostgreSQL serves the other two`),
      log: { of: replicasOf(service), has: 'password authentication failed' },
    },
    begin: (system) =>
      inDatabase(system, service, async (query) => {
        const [{ role, secret }] = (await query(
          `SELECT rolname AS role, rolpassword AS secret FROM pg_authid WHERE rolname = (SELECT usename ${ITS_SESSIONS} LIMIT 1)`,
        )) as [{ role: string; secret: string }];
        await query(`ALTER ROLE "${role}" PASSWORD 'of another one'`);
        await query(END_SESSIONS);
        return () => inDatabase(system, service, (again) => again(`ALTER ROLE "${role}" PASSWORD '${secret}'`));
      }),
  }),
};
