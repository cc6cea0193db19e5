import { SERVICES } from '@waybill/contracts';
import { appUserOf, DATABASE_OWNERS, migratorOf, POSTGRES_OBSERVER, POSTGRES_OBSERVER_SECRET, SUPERUSER } from './databases.ts';
import { IDENTITY_SECRETS, PASSWORD_SECRETS } from './identity-secrets.ts';
import { FEED_PROCESSES, feedSecretOf } from './feed-keys.ts';
import { KAFKA_DEPLOY_USER, KAFKA_OBSERVER, KAFKA_PROBE_USER, kafkaSecretOf } from './kafka-users.ts';
import { GIVEN_OUT_IN } from './made-secrets.ts';
import { MAIL_PASSWORD_SECRET, OUTSIDE_WORLD_TOKEN_SECRET, PROVIDER_KEY_SECRET } from './outside-world-secrets.ts';
import { DEPLOY_USER, ERLANG_COOKIE_SECRET, OBSERVER } from './rabbitmq-definitions.ts';
import { recipients } from './recipients.ts';

/** How a new secret becomes the one that counts. */
export type How =
  /** The server is told over a connection, and keeps the connections that are open. */
  | 'postgres'
  | 'rabbitmq'
  | 'kafka'
  /** Whoever compares it reads the file. */
  | 'file'
  /** The issuer's step writes its hash into the database. */
  | 'person'
  /** The server reads it when it starts, and only then. Orders are accepted meanwhile. */
  | 'restart kafka'
  | 'restart rabbitmq'
  | 'restart elk';

export interface KnownSecret {
  readonly name: string;
  readonly how: How;
  /** Which processes have it, or what was made of it. */
  readonly holders: readonly string[];
}

const known: Readonly<Record<How, readonly string[]>> = {
  postgres: [...DATABASE_OWNERS.flatMap((owner) => [appUserOf(owner), migratorOf(owner)]), POSTGRES_OBSERVER_SECRET, SUPERUSER],
  rabbitmq: [...SERVICES, OBSERVER, DEPLOY_USER, 'administrator'].map((user) => `rabbitmq-${user}`),
  kafka: [...SERVICES, KAFKA_OBSERVER].map(kafkaSecretOf),
  file: [
    ...FEED_PROCESSES.map(feedSecretOf),
    PROVIDER_KEY_SECRET,
    MAIL_PASSWORD_SECRET,
    OUTSIDE_WORLD_TOKEN_SECRET,
    IDENTITY_SECRETS.tools,
    IDENTITY_SECRETS.console,
    IDENTITY_SECRETS.cookieKey,
  ],
  person: PASSWORD_SECRETS,
  'restart kafka': [KAFKA_DEPLOY_USER, KAFKA_PROBE_USER, 'broker', 'administrator'].map(kafkaSecretOf),
  'restart rabbitmq': [ERLANG_COOKIE_SECRET],
  'restart elk': [
    ...['logstash', 'kibana-server', 'reader', 'setup', 'observer'].map((user) => `elasticsearch-${user}`),
    'kibana-encryption',
  ],
};

/** From their own files. The other servers know what was made of a password. */
const SERVER_HAS_IT: Partial<Record<How, readonly string[]>> = { 'restart kafka': ['kafka'], 'restart rabbitmq': ['rabbitmq'] };

/** Every secret that there may be, whether this instance has it or not. */
export const KNOWN_SECRETS: readonly KnownSecret[] = (Object.keys(known) as How[]).flatMap((how) =>
  known[how].map((name) => ({ name, how, holders: [...(SERVER_HAS_IT[how] ?? []), ...holdersOf(name)] })),
);

/** The role of PostgreSQL that a secret is the password of. */
export const roleOf = (secret: string): string => (secret === POSTGRES_OBSERVER_SECRET ? POSTGRES_OBSERVER : secret);

function holdersOf(name: string): string[] {
  const given = GIVEN_OUT_IN[name] ?? name;
  return Object.entries(recipients)
    .filter(([, names]) => names.includes(given))
    .map(([holder]) => holder);
}
