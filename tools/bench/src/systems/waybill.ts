import { SERVICES, type ServiceName } from '@waybill/contracts';
import { openSession } from '@waybill/deploy';
import { Watcher } from '../generator/watcher.ts';
import { tokenFrom } from '@waybill/sign-in';
import { OURS } from '../report/results.ts';
import { readStatements } from '../statements.ts';
import { cpuOfAll } from './processes.ts';
import type { Servers } from './servers.ts';
import type { System } from './system.ts';
import { Quiet } from './until-quiet.ts';

/**
 * Every confirmed order is to be mailed, so an order without a mail that was sent is on its way. What lies in the order service's
 * outbox up to a position was put there to stay.
 */
const onItsWay = (stays: string): Readonly<Record<ServiceName, string>> => ({
  ...(Object.fromEntries(SERVICES.map((service) => [service, `SELECT (SELECT count(*) FROM outbox) AS n`])) as Record<
    ServiceName,
    string
  >),
  order: `SELECT (SELECT count(*) FROM outbox WHERE id > ${stays}) AS n`,
  notification: `SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM recipients WHERE mails_sent = 0) AS n`,
});

/** Waybill as it runs on the servers, behind nginx. */
export async function waybill(servers: Servers, stays = '0'): Promise<System & { end(): Promise<void> }> {
  const { postgres } = servers.connections;
  const at = { host: postgres.host, port: postgres.port, ssl: postgres.ssl, ...postgres.superuser };
  const databases = await Promise.all(
    SERVICES.map(async (service) => ({ service, database: await openSession({ ...at, database: service }) })),
  );
  const watched = await openSession({ ...at, database: 'order' });
  const watcher = new Watcher(watched);
  watcher.start();
  const quiet = new Quiet(databases.map(({ service, database }) => ({ database, count: onItsWay(stays)[service] })));
  const replicas = (service: ServiceName) => Object.keys(servers.pids).filter((name) => name.startsWith(`${service}-`));
  const pids = Object.fromEntries(SERVICES.map((service) => [service, replicas(service).map((name) => servers.pids[name]!)]));
  return {
    name: OURS,
    ready: async () => ({
      origins: [servers.edge],
      watcher,
      token: () => tokenFrom(servers.connections.identity, 'machine'),
    }),
    cpu: () => cpuOfAll(servers, pids),
    async statements() {
      const counts = SERVICES.map(async (service) => {
        const ports = replicas(service).map((name) => servers.ports[name]!['http']!);
        return [service, await readStatements(ports, servers.connections.tls)] as const;
      });
      return Object.fromEntries(await Promise.all(counts));
    },
    quiet: () => quiet.reached(),
    async end() {
      await watcher.stop().finally(() => Promise.all([watched.end(), ...databases.map(({ database }) => database.end())]));
    },
  };
}
