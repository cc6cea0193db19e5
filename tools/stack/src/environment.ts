import { join } from 'node:path';
import {
  appUserOf,
  CA_FILE,
  DEFINITIONS_SECRET,
  DEPLOY_USER,
  feedKeysSecretOf,
  IDENTITY,
  IDENTITY_SECRETS,
  KAFKA_USERS_SECRET,
  kafkaSecretOf,
  MAIL_PASSWORD_SECRET,
  MAIL_USER,
  migratorOf,
  POSTGRES_OBSERVER,
  OUTSIDE_WORLD_TOKEN_SECRET,
  POSTGRES_OBSERVER_PASSFILE,
  PROVIDER_KEY_SECRET,
  TLS_FOLDER,
  VHOST,
  type Secrets,
} from '@waybill/deploy';
import { SERVICES } from '@waybill/contracts';
import { hostName } from './servers/balanced.ts';
import { factsOf, type ServiceFacts } from './service-facts.ts';
import { portKey, serviceReplicas, type Unit } from './topology.ts';

const HOST = '127.0.0.1';
const ONLY_LOOPBACK: Addresses = { of: () => HOST, listenOn: HOST };

/** By which name a part of the topology is reached, and on which address a process of ours listens. */
export interface Addresses {
  readonly of: (part: string) => string;
  readonly listenOn: string;
}

export interface Facts {
  readonly instance: { readonly name: string; readonly dir: string };
  readonly ports: Readonly<Record<string, number>>;
  readonly secrets: Pick<Secrets, 'file' | 'dir'>;
  readonly settings: Readonly<Record<string, string>>;
  /** Where the supervisor takes the console's orders, if it takes any. */
  readonly breakItSocket?: string;
  /** Left out: everything is on loopback. In containers each part is a host. */
  readonly addresses?: Addresses;
}

/** What a process of ours is told. Passwords travel as paths of files; each service is given its own and no other. */
export function environmentOf(unit: Unit, facts: Facts): Record<string, string> {
  const { ports, secrets, settings, addresses = ONLY_LOOPBACK } = facts;
  const port = (key: string) => String(ports[key] ?? '');
  const { service, database: owner = service } = unit.part;
  const encrypted = isEncrypted(settings);
  const at = (part: string, name: string) =>
    `${encrypted ? 'https' : 'http'}://${addresses.of(part)}:${port(portKey(part, name))}`;
  const common = {
    REPLICA: unit.name,
    LOG_LEVEL: settings['WAYBILL_LOG_LEVEL'] ?? 'info',
    NODE_ENV: 'production',
    TLS_DIR: encrypted ? tlsDirOf(unit, facts) : 'off',
  };
  const http = { HTTP_HOST: addresses.listenOn, HTTP_PORT: port(portKey(unit.name, 'http')) };
  const database = (user: string) => ({
    DATABASE_HOST: addresses.of('postgres'),
    DATABASE_PORT: port('postgres.sql'),
    DATABASE_NAME: owner ?? '',
    DATABASE_USER: user,
    DATABASE_PASSWORD_FILE: secrets.file(user),
  });
  const brokers = (user: string) => ({
    RABBITMQ_HOST: addresses.of('rabbitmq'),
    RABBITMQ_PORT: port('rabbitmq.amqp'),
    RABBITMQ_VHOST: VHOST,
    RABBITMQ_USER: user,
    RABBITMQ_PASSWORD_FILE: secrets.file(`rabbitmq-${user}`),
    KAFKA_BROKERS: `${addresses.of('kafka')}:${port('kafka.kafka')}`,
    KAFKA_USER: user,
    KAFKA_PASSWORD_FILE: secrets.file(kafkaSecretOf(user)),
  });

  if (unit.partName === 'deploy')
    return {
      ...common,
      ...brokers(DEPLOY_USER),
      RABBITMQ_MANAGEMENT_URL: `${isEncrypted(settings) ? 'https' : 'http'}://${addresses.of('rabbitmq')}:${port('rabbitmq.management')}`,
      RABBITMQ_DEFINITIONS_FILE: secrets.file(DEFINITIONS_SECRET),
      KAFKA_USERS_FILE: secrets.file(KAFKA_USERS_SECRET),
    };
  // The exporter's own names, and libpq's for the password, which is then in no text that the exporter logs. It has one database and leaves the services' alone.
  if (unit.partName === 'postgres-exporter')
    return {
      DATA_SOURCE_NAME: `postgresql://${POSTGRES_OBSERVER}@${addresses.of('postgres')}:${port('postgres.sql')}/postgres?${sslMode(common.TLS_DIR)}`,
      PGPASSFILE: secrets.file(POSTGRES_OBSERVER_PASSFILE),
    };
  if (unit.partName === 'outside-world')
    return {
      ...common,
      ...http,
      SMTP_HOST: addresses.listenOn,
      SMTP_PORT: port('outside-world.smtp'),
      SMTP_USER: MAIL_USER,
      SMTP_PASSWORD_FILE: secrets.file(MAIL_PASSWORD_SECRET),
      PROVIDER_KEY_FILE: secrets.file(PROVIDER_KEY_SECRET),
      OPERATOR_TOKEN_FILE: secrets.file(OUTSIDE_WORLD_TOKEN_SECRET),
      LEDGER_DIR: `${facts.instance.dir}/outside-world`,
    };
  if (unit.partName === 'migrate-identity')
    return {
      ...common,
      ...database(migratorOf(IDENTITY)),
      CUSTOMER_PASSWORD_FILE: secrets.file(IDENTITY_SECRETS.passwordOf('customer')),
      CUSTOMER_2_PASSWORD_FILE: secrets.file(IDENTITY_SECRETS.passwordOf('customer-2')),
      SUPPORT_PASSWORD_FILE: secrets.file(IDENTITY_SECRETS.passwordOf('support')),
      OPERATOR_PASSWORD_FILE: secrets.file(IDENTITY_SECRETS.passwordOf('operator')),
    };
  if (unit.partName === 'identity')
    return {
      ...common,
      ...http,
      ...database(appUserOf(IDENTITY)),
      ...(encrypted && { HTTPS_PORT: port('identity.https') }),
      IDENTITY_ISSUER: issuerOf(ports, settings),
      ...originsOf(ports, settings),
      COOKIE_KEY_FILE: secrets.file(IDENTITY_SECRETS.cookieKey),
      TOOLS_SECRET_FILE: secrets.file(IDENTITY_SECRETS.tools),
      CONSOLE_SECRET_FILE: secrets.file(IDENTITY_SECRETS.console),
    };
  if (unit.partName === 'console')
    return {
      ...common,
      ...http,
      EDGE_URL: at('nginx', encrypted ? 'https' : 'edge'),
      PROMETHEUS_URL: `${at('prometheus', 'http')}/prometheus`,
      WATCHED: watched(facts),
      IDENTITY_ISSUER: issuerOf(ports, settings),
      // By the name that it has for other processes: in containers that is not the one that browsers know.
      IDENTITY_URL: at('identity', encrypted ? 'https' : 'http'),
      IDENTITY_CLIENT_SECRET_FILE: secrets.file(IDENTITY_SECRETS.console),
      // The files of processes. Who could read a container's could command the engine.
      ...(!facts.addresses && { LOGS_DIR: `${facts.instance.dir}/logs` }),
      FEED_LISTEN: `tcp://${addresses.listenOn}:${port('console.feed')}`,
      FEED_KEYS_FILE: secrets.file(feedKeysSecretOf('console')),
      ...forwarding(facts),
      OUTSIDE_WORLD_URL: at('outside-world', 'http'),
      OUTSIDE_WORLD_TOKEN_FILE: secrets.file(OUTSIDE_WORLD_TOKEN_SECRET),
      INSTANCE: facts.instance.name,
      BREAK_IT: settings[BREAK_IT] ?? 'off',
      ...(facts.breakItSocket && { SUPERVISOR_SOCKET: facts.breakItSocket }),
    };
  if (!service) return common;
  if (unit.part.runs === 'step') return { ...common, ...database(migratorOf(service)) };
  return {
    ...common,
    ...http,
    // Natively the stack asks with a certificate of its own.
    ...(facts.addresses && { HEALTH_SOCKET: '/tmp/health.sock' }),
    ...database(appUserOf(service)),
    ...brokers(service),
    ...outside(factsOf(service), facts, at('outside-world', 'http')),
    IDENTITY_ISSUER: issuerOf(ports, settings),
    IDENTITY_KEYS_URL: settings['WAYBILL_IDENTITY_KEYS_URL'] ?? `${at('identity', encrypted ? 'https' : 'http')}/jwks`,
    ...(settings['WAYBILL_IDENTITY_ALGORITHMS'] && { IDENTITY_ALGORITHMS: settings['WAYBILL_IDENTITY_ALGORITHMS'] }),
    OTLP_ENDPOINT: settings['WAYBILL_OTLP_ENDPOINT'] ?? at('console', 'http'),
    TRACES_PER_SECOND: settings[TRACES_PER_SECOND] ?? '5',
    FEED_ADDRESS: settings[FEED_ADDRESS] ?? `tcp://${addresses.of('console')}:${port('console.feed')}`,
    FEED_KEYS_FILE: secrets.file(feedKeysSecretOf(service)),
    ...chosen(factsOf(service), settings),
    ...(settings[TUNING] && { TUNING: settings[TUNING] }),
  };
}

/** Whether the parts of the system speak TLS with each other. `off` is for who wants to watch the wire. */
export const isEncrypted = (settings: Facts['settings']): boolean => {
  const chosen = settings[TLS] ?? 'on';
  if (chosen !== 'on' && chosen !== 'off') throw new Error(`${TLS}=${chosen}: it is on, or off.`);
  return chosen === 'on';
};

const TLS = 'WAYBILL_TLS';

/** Where a part finds whom to believe, and its own key and certificate. A container sees its own folder alone. */
const tlsDirOf = ({ partName }: Unit, { secrets, addresses }: Facts): string =>
  addresses ? join(secrets.dir, TLS_FOLDER) : join(secrets.dir, TLS_FOLDER, partName);

/** The names under which a browser may reach the balancers. */
export const edgeNames = (settings: Facts['settings']): readonly string[] => ['localhost', hostName(settings)];

/**
 * The one name of the issuer. A browser of this machine and every service compare it as text, in containers too: so it is the address
 * that a browser uses, and where the services fetch the keys is another setting.
 */
export const issuerOf = (ports: Facts['ports'], settings: Facts['settings']): string =>
  settings['WAYBILL_IDENTITY_ISSUER'] ?? `http://${HOST}:${ports['identity.http'] ?? ''}`;

/** From where a person may be sent to sign in: every name under which the balancers answer. */
function originsOf(ports: Facts['ports'], settings: Facts['settings']): Record<string, string> {
  const names = [HOST, ...edgeNames(settings)];
  const by = (scheme: 'http' | 'https', door: string) =>
    ['nginx', 'haproxy'].flatMap((part) => names.map((name) => `${scheme}://${name}:${ports[`${part}.${door}`] ?? ''}`));
  const at = (door: string, secureDoor: string) =>
    [...by('http', door), ...(isEncrypted(settings) ? by('https', secureDoor) : [])].join(' ');
  return { PUBLIC_ORIGINS: at('edge', 'https'), OPERATIONS_ORIGINS: at('operations', 'operations-https') };
}

/** In the words of PostgreSQL's own clients: the certificate and the name in it are looked at. */
const sslMode = (tlsDir: string) =>
  tlsDir === 'off' ? 'sslmode=disable' : `sslmode=verify-full&sslrootcert=${encodeURI(join(tlsDir, CA_FILE))}`;

/** Whether the console may break what runs: `on` in a demo, which exists to be broken. */
export const BREAK_IT = 'WAYBILL_BREAK_IT';

/** How many new traces each process of a service records per second. None: it records nothing. */
export const TRACES_PER_SECOND = 'WAYBILL_TRACES_PER_SECOND';

/** Where the services tell what happens at this moment. `off`: nowhere. */
export const FEED_ADDRESS = 'WAYBILL_FEED_ADDRESS';

/** Other values of the messaging core's intervals and limits, for a measurement. */
const TUNING = 'WAYBILL_TUNING';

/** Where somebody has another program for traces, the console hands on what it receives; in containers Jaeger may be there. */
function forwarding({ settings, addresses }: Facts): Record<string, string> {
  const url = settings['WAYBILL_FORWARD_TRACES_URL'] ?? (addresses && `http://${addresses.of('jaeger')}:4318/v1/traces`);
  return url ? { FORWARD_TRACES_URL: url } : {};
}

/** Whom the console asks whether they are there: natively each replica, in containers each name, which DNS knows all replicas of. */
function watched({ ports, addresses }: Facts): string {
  return (addresses ? SERVICES : serviceReplicas())
    .map((name) => `${name}=${addresses?.of(name) ?? HOST}:${ports[portKey(name, 'http')] ?? ''}`)
    .join(' ');
}

/** How a service reaches the world outside. */
function outside({ calls }: ServiceFacts, { ports, secrets }: Facts, url: string): Record<string, string> {
  if (calls === 'provider')
    return {
      PROVIDER_URL: url,
      PROVIDER_KEY_FILE: secrets.file(PROVIDER_KEY_SECRET),
    };
  if (calls === 'mail server')
    return {
      SMTP_HOST: new URL(url).hostname,
      SMTP_PORT: String(ports['outside-world.smtp'] ?? ''),
      SMTP_USER: MAIL_USER,
      SMTP_PASSWORD_FILE: secrets.file(MAIL_PASSWORD_SECRET),
    };
  return {};
}

/** What a person has set of a service. */
const chosen = ({ settings: mine = {} }: ServiceFacts, settings: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(mine).flatMap(([setting, variable]) => (settings[setting] ? [[variable, settings[setting]]] : [])),
  );
