import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CA_FILE, IDENTITY_SECRETS, PAIR_FILE, PEOPLE, PROBE, type Secrets, signIns, TLS_FOLDER, VHOST } from '@waybill/deploy';
import { believe } from '@waybill/kit';
import type { Connections } from '@waybill/testing';
import type { Ports } from './choose-ports.ts';
import { isEncrypted, issuerOf } from './environment.ts';
import { DEFAULT_INSTANCE, instanceOf, type Instance } from './instance.ts';
import { readSettings } from './settings.ts';

const HOST = '127.0.0.1';

/** Tests and tools read this one file. It is written beside and renamed: they find the old text or the new one. */
export function writeConnections(instance: Instance, ports: Ports, secrets: Secrets): void {
  const file = instance.paths.connections;
  writeFileSync(`${file}.new`, JSON.stringify(connectionsOf(instance, ports, secrets), null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Where everything is and how to sign in. */
function connectionsOf(instance: Instance, ports: Ports, secrets: Secrets): Connections {
  const settings = readSettings();
  const tls = isEncrypted(settings) ? tlsOf(secrets) : undefined;
  const at = (key: string) => ports[key]!;
  const { superuser, rabbitmq, outsideWorld, kafka, machine } = signIns(secrets, {
    testAdministrator: instance.name !== DEFAULT_INSTANCE,
  });
  return {
    instance: instance.name,
    secrets: secrets.dir,
    ...(tls && { tls }),
    postgres: {
      host: HOST,
      port: at('postgres.sql'),
      ssl: tls ? { ca: tls.ca } : false,
      superuser,
    },
    rabbitmq: {
      host: HOST,
      port: at('rabbitmq.amqp'),
      vhost: VHOST,
      ...(tls && { ca: tls.ca }),
      management: `${tls ? 'https' : 'http'}://${HOST}:${at('rabbitmq.management')}`,
      ...rabbitmq,
    },
    outsideWorld,
    kafka: {
      brokers: [`${HOST}:${at('kafka.kafka')}`],
      ...(tls && { ca: tls.ca }),
      ...kafka,
    },
    identity: {
      issuer: issuerOf(ports, settings),
      people: Object.fromEntries(
        PEOPLE.map((person) => [person, { password: secrets.value(IDENTITY_SECRETS.passwordOf(person)) }]),
      ),
      machine,
    },
  };
}

/** The files are there: `up` makes them anew before it writes this down. */
function tlsOf(secrets: Secrets): NonNullable<Connections['tls']> {
  const dir = join(secrets.dir, TLS_FOLDER);
  const read = (file: string) => readFileSync(join(dir, PROBE, file), 'utf8');
  return { ca: read(CA_FILE), probe: read(PAIR_FILE), dir };
}

/** The same of an instance that was brought up. Whoever reads it then believes the instance's CA. */
export function readConnections(name?: string): Connections {
  const connections = JSON.parse(readFileSync(instanceOf(name).paths.connections, 'utf8')) as Connections;
  believe(connections.tls?.ca);
  return connections;
}
