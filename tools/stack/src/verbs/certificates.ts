import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { compose, type Project } from '@waybill/containers';
import { PAIR_FILE, TLS_FOLDER } from '@waybill/deploy';
import { elapsedReport, type Report, table } from '@waybill/kit';
import { writeConnections } from '../connections.ts';
import { certificateAt, type TlsPort, tlsPorts } from '../servers/tls-ports.ts';
import { readSettings } from '../settings.ts';
import { ask } from '../supervision/control.ts';
import { runningSupervisor } from '../supervision/leftovers.ts';
import { running, type Running } from '../supervision/running.ts';
import type { ServiceStatus } from '../supervision/supervisor.ts';
import { everyUnit } from '../topology.ts';
import { deploy } from './deploy.ts';
import { makeCertificates } from './up.ts';

/** Who reads a certificate anew when it is told to. All others look for a new one by themselves. */
const TOLD: readonly string[] = ['postgres', 'nginx', 'haproxy'];
/** Debian 12's exporter reads its certificate once. Nobody waits for it, and a scrape more or less says the same. */
const STARTED_AGAIN = 'nginx-exporter';
const SHOWN_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 500;

/** Prints who shows which certificate, and until when it is believed. */
export async function certificates(instance?: string): Promise<void> {
  const around = encrypted(instance);
  const rows = await Promise.all(
    (await shown(around)).map(async (at) => {
      const certificate = await certificateAt(at, around.ca).catch((error: Error) => error);
      return certificate instanceof Error
        ? [
            at.unit.name,
            at.name,
            String(at.port),
            `no: ${(certificate as NodeJS.ErrnoException).code ?? certificate.message}`,
            '',
          ]
        : [
            at.unit.name,
            at.name,
            String(at.port),
            certificate.validToDate.toISOString().slice(0, 10),
            isNewest(certificate, at, around) ? '' : 'older than its file: `certificates rotate` has it read',
          ];
    }),
  );
  console.log(table([['PROCESS', 'PORT', '', 'EXPIRES', ''], ...rows]));
}

/**
 * Makes new certificates for everybody, and has them read. Nobody who does work is restarted, and connections that are open go on.
 * @throws when somebody does not show the new one in time: then the old ones are still believed, and it may be asked for again
 */
export async function rotateCertificates({ instance, report = elapsedReport() }: Options = {}): Promise<void> {
  const around = encrypted(instance);
  await makeCertificates(around.secrets, readSettings());
  writeConnections(around.instance, around.ports, around.secrets);
  report('new certificates are made');
  const supervisor = runningSupervisor(around.instance)!;
  const services = await ask<ServiceStatus[]>(supervisor, 'status');
  const runs = (name: string) => services.some((service) => service.name === name && service.state === 'ready');
  for (const name of TOLD.filter(runs)) report(await ask<string>(supervisor, 'reload', name));
  if (runs(STARTED_AGAIN)) report(await ask<string>(supervisor, 'restart', STARTED_AGAIN));
  if (runs('kafka') && runs('rabbitmq')) {
    await deploy(instance);
    report('kafka goes on with its new certificate');
  }
  const ports = await shown(around);
  await allShow(ports, around);
  report(`all ${ports.length} ports show their new certificates`);
}

type Encrypted = Running & { readonly ca: string };

/** As docker-compose.yml does at the start. The file that is there may not be written to, but another one may take its place. */
const READ_ANEW = `cd /var/run/postgresql && cp /run/secrets/tls/key-and-certificate.pem new.pem && chmod 0400 new.pem &&
  mv -f new.pem key-and-certificate.pem && kill -HUP 1`;

/**
 * The same of the system in containers. Its ports are out of reach from here, so nobody asks them. RabbitMQ, Prometheus, the exporters and
 * our own processes look for new ones by themselves.
 */
export async function rotateInContainers(project: Project, report: Report = elapsedReport()): Promise<void> {
  const running = (await compose(project, ['ps', '--services', '--status', 'running'])).split('\n');
  await compose(project, ['run', '--rm', '--no-deps', '-T', 'secrets']);
  report('new certificates are made');
  await compose(project, ['exec', '-T', 'postgres', 'sh', '-c', READ_ANEW]);
  report('postgres reads its new one');
  for (const balancer of ['nginx', 'haproxy'].filter((name) => running.includes(name))) {
    await compose(project, ['kill', '--signal', 'HUP', balancer]);
    report(`${balancer} reads its new one`);
  }
  await compose(project, ['run', '--rm', '--no-deps', '-T', 'deploy']);
  report('kafka reads its new one');
}

interface Options {
  readonly instance?: string | undefined;
  readonly report?: Report;
}

function encrypted(instance?: string): Encrypted {
  const { ca, ...around } = running(instance);
  if (ca === undefined) throw new Error('This instance speaks clear text (WAYBILL_TLS=off): nobody has a certificate.');
  return { ...around, ca };
}

/** The ports that speak TLS of everything that runs. */
async function shown({ instance, ports }: Running): Promise<TlsPort[]> {
  const services = await ask<ServiceStatus[]>(runningSupervisor(instance)!, 'status');
  const ready = services.filter(({ state }) => state === 'ready').map(({ name }) => name);
  return tlsPorts(
    ports,
    everyUnit().filter(({ name }) => ready.includes(name)),
  );
}

async function allShow(ports: readonly TlsPort[], around: Encrypted): Promise<void> {
  const until = Date.now() + SHOWN_WITHIN_MS;
  for (let left = [...ports]; left.length > 0; await delay(LOOK_EVERY_MS)) {
    const newest = await Promise.all(
      left.map((at) =>
        certificateAt(at, around.ca).then(
          (certificate) => isNewest(certificate, at, around),
          () => false,
        ),
      ),
    );
    left = left.filter((_, index) => !newest[index]);
    if (left.length > 0 && Date.now() > until)
      throw new Error(
        `${left.map(({ unit, name }) => `${unit.name} (${name})`).join(', ')} did not take the new certificate. The old ones are believed until they expire; the logs say more.`,
      );
  }
}

function isNewest(certificate: X509Certificate, { unit }: TlsPort, { secrets }: Running): boolean {
  const file = join(secrets.dir, TLS_FOLDER, unit.partName, PAIR_FILE);
  return new X509Certificate(readFileSync(file)).fingerprint256 === certificate.fingerprint256;
}
