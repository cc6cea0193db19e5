import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CA_FILE,
  DEPLOY_USER,
  IDENTITY_SECRETS,
  KAFKA_DEPLOY_USER,
  kafkaSecretOf,
  MAIL_PASSWORD_SECRET,
  MAIL_USER,
  OUTSIDE_WORLD_TOKEN_SECRET,
  PAIR_FILE,
  PEOPLE,
  PROBE,
  PROVIDER_KEY_SECRET,
  type Secrets,
  TLS_FOLDER,
  VHOST,
} from '@waybill/deploy';
import { believe } from '@waybill/kit';
import type { Connections } from '@waybill/testing';
import type { Ports } from './choose-ports.ts';
import { isEncrypted, issuerOf } from './environment.ts';
import { DEFAULT_INSTANCE, instanceOf, type Instance } from './instance.ts';
import { readSettings } from './settings.ts';

const HOST = '127.0.0.1';

/** Tests and tools read this one file: where everything is and how to sign in. Its mode is 0600. */
export function connectionsOf(instance: Instance, ports: Ports, secrets: Secrets): Connections {
  const settings = readSettings();
  const tls = isEncrypted(settings) ? tlsOf(secrets) : undefined;
  const at = (key: string) => ports[key]!;
  const signIn = (user: string, secret: string) => ({ user, password: secrets.value(secret) });
  return {
    instance: instance.name,
    ...(tls && { tls }),
    postgres: {
      host: HOST,
      port: at('postgres.sql'),
      ssl: tls ? { ca: tls.ca } : false,
      superuser: signIn('postgres', 'postgres'),
    },
    rabbitmq: {
      host: HOST,
      port: at('rabbitmq.amqp'),
      vhost: VHOST,
      ...(tls && { ca: tls.ca }),
      management: `${tls ? 'https' : 'http'}://${HOST}:${at('rabbitmq.management')}`,
      deploy: signIn(DEPLOY_USER, `rabbitmq-${DEPLOY_USER}`),
      ...(instance.name !== DEFAULT_INSTANCE && { administrator: signIn('administrator', 'rabbitmq-administrator') }),
    },
    outsideWorld: {
      providerKey: secrets.value(PROVIDER_KEY_SECRET),
      smtp: signIn(MAIL_USER, MAIL_PASSWORD_SECRET),
      operatorToken: secrets.value(OUTSIDE_WORLD_TOKEN_SECRET),
    },
    kafka: {
      brokers: [`${HOST}:${at('kafka.kafka')}`],
      ...(tls && { ca: tls.ca }),
      deploy: { ...signIn(KAFKA_DEPLOY_USER, kafkaSecretOf(KAFKA_DEPLOY_USER)), mechanism: 'plain' },
      ...(instance.name !== DEFAULT_INSTANCE && {
        administrator: { ...signIn('administrator', kafkaSecretOf('administrator')), mechanism: 'plain' },
      }),
    },
    identity: {
      issuer: issuerOf(ports, settings),
      people: Object.fromEntries(
        PEOPLE.map((person) => [person, { password: secrets.value(IDENTITY_SECRETS.passwordOf(person)) }]),
      ),
      machine: { clientId: 'tools', secret: secrets.value(IDENTITY_SECRETS.tools) },
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
