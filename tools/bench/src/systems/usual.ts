import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { openSession } from '@waybill/deploy';
import { freePorts } from '@waybill/stack';
import { Watcher } from '../generator/watcher.ts';
import { readStatements } from '../statements.ts';
import type { Variant } from '../usual-design/outbox.ts';
import { databaseOf, SETTINGS_VARIABLE, type Settings, USUAL_SERVICES, type UsualService } from '../usual-design/settings.ts';
import { setUp } from '../usual-design/set-up.ts';
import { cpuOfAll } from './processes.ts';
import type { Servers } from './servers.ts';
import type { System } from './system.ts';
import { Quiet } from './until-quiet.ts';

/** As many of each service as Waybill has. */
const REPLICAS = 2;

const UNPUBLISHED = `(SELECT count(*) FROM outbox WHERE "publishedAt" IS NULL)`;
const ON_ITS_WAY: Readonly<Record<UsualService, string>> = {
  order: `SELECT ${UNPUBLISHED} AS n`,
  payment: `SELECT ${UNPUBLISHED} AS n`,
  notification: `SELECT ${UNPUBLISHED} + (SELECT count(*) FROM mails WHERE "sentAt" IS NULL) AS n`,
};

interface Replica {
  readonly service: UsualService;
  readonly port: number;
  readonly process: ChildProcess;
}

/** The usual design on the same servers: both variants are the same processes, which poll as they are told. */
export async function usualDesigns(servers: Servers): Promise<{ readonly systems: readonly System[]; end(): Promise<void> }> {
  const settings = settingsOf(servers);
  await setUp(settings);
  const replicas = await startReplicas(servers, settings);
  const session = (service: UsualService) => openSession({ ...settings.postgres, database: databaseOf(service) });
  const databases = await Promise.all(
    USUAL_SERVICES.map(async (service) => ({ database: await session(service), count: ON_ITS_WAY[service] })),
  );
  const watched = await session('order');
  const watcher = new Watcher(watched);
  watcher.start();
  const quiet = new Quiet(databases);
  const of = (service: UsualService) => replicas.filter((replica) => replica.service === service);
  const pids = Object.fromEntries(USUAL_SERVICES.map((service) => [service, of(service).map(({ process }) => process.pid!)]));
  const system = (name: string, variant: Variant): System => ({
    name,
    async ready() {
      for (const { process } of replicas) process.send(variant);
      return { origins: of('order').map(({ port }) => `http://127.0.0.1:${port}`), watcher };
    },
    cpu: () => cpuOfAll(servers, pids),
    async statements() {
      const counts = USUAL_SERVICES.map(
        async (service) => [service, await readStatements(of(service).map(({ port }) => port))] as const,
      );
      return Object.fromEntries(await Promise.all(counts));
    },
    quiet: () => quiet.reached(),
  });
  return {
    systems: [system('usual, 100 per tick', '100 per tick'), system('usual, drain', 'drain')],
    async end() {
      await watcher.stop().finally(() => Promise.all([watched.end(), ...databases.map(({ database }) => database.end())]));
      await Promise.all(replicas.map(({ process }) => ended(process)));
    },
  };
}

function settingsOf({ connections, rabbitmq, kafka, outsideWorld, smtpPort }: Servers): Omit<Settings, 'httpPort'> {
  const { postgres, outsideWorld: opens } = connections;
  return {
    replica: 'usual',
    postgres: { host: postgres.host, port: postgres.port, ssl: postgres.ssl, ...postgres.superuser },
    rabbitmq,
    kafka: { brokers: kafka.brokers, sasl: kafka.sasl, ssl: kafka.ssl },
    provider: { url: outsideWorld, key: opens.providerKey },
    smtp: { host: '127.0.0.1', port: smtpPort, ...opens.smtp },
  };
}

async function startReplicas(servers: Servers, settings: Omit<Settings, 'httpPort'>): Promise<Replica[]> {
  const ports = await freePorts(USUAL_SERVICES.length * REPLICAS);
  const wanted = USUAL_SERVICES.flatMap((service) => Array.from({ length: REPLICAS }, (_, index) => ({ service, index })));
  return Promise.all(
    wanted.map(async ({ service, index }, place) => {
      const port = ports[place]!;
      const replica = `usual-${service}-${index + 1}`;
      const logFile = join(servers.folder, 'logs', `${replica}.log`);
      const log = openSync(logFile, 'a', 0o600);
      const child = fork(join(import.meta.dirname, `../usual-design/${service}.ts`), {
        stdio: ['ignore', log, log, 'ipc'],
        env: {
          ...process.env,
          NODE_ENV: 'production',
          [SETTINGS_VARIABLE]: JSON.stringify({ ...settings, replica, httpPort: port } satisfies Settings),
        },
      });
      closeSync(log);
      await new Promise<void>((resolve, reject) => {
        child.once('message', () => resolve());
        child.once('exit', (code) => reject(new Error(`${replica} ended with ${code} at its start: see ${logFile}`)));
      });
      return { service, port, process: child };
    }),
  );
}

/** They hold nothing that is worth a clean stop: their databases go with the bench. */
function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.disconnect();
  });
}
