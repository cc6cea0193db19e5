import { contracts, kafkaRights, SERVICES } from '@waybill/contracts';
import type { KafkaUser } from '@waybill/messaging';
import { pbkdf2Sync, randomBytes } from 'node:crypto';

/** Users that stand in the broker's own file, because they are needed before any other user can be there. */
const BROKER = 'broker';
/** Makes users, rights and topics, in the deploy step: with the broker itself the only one that no right limits. */
export const KAFKA_DEPLOY_USER = 'deploy';
/** Asks whether the broker works. It has no right at all. */
export const KAFKA_PROBE_USER = 'probe';
/** Specs make topics with this user. Neither the default instance nor the containers have it. */
const TEST_ADMINISTRATOR = 'administrator';
/** Sees topics, and how far each group has come, for `npm run stack -- topics`. It can read no event. */
export const KAFKA_OBSERVER = 'observer';
/** The secret that holds what `kafkaUsers` gives, for the deploy step. */
export const KAFKA_USERS_SECRET = 'kafka-users';

export const kafkaSecretOf = (user: string) => `kafka-${user}`;

type PasswordOf = (secret: string) => string;

/** The users that the broker keeps, each with its rights: one for each service, and one that only looks. */
export const kafkaUsers = (password: PasswordOf): KafkaUser[] => [
  ...SERVICES.map((service) => ({ ...credentialOf(service, password), rights: kafkaRights(service, contracts) })),
  {
    ...credentialOf(KAFKA_OBSERVER, password),
    rights: [
      { resource: 'topic', name: '*', operation: 'describe' },
      { resource: 'group', name: '*', operation: 'describe' },
    ],
  },
];

/** Kafka's least. A password of 32 random bytes is not found by trying, however quick a try is. */
const ITERATIONS = 4_096;

/** As SCRAM-SHA-512 salts a password (RFC 5802). */
function credentialOf(name: string, password: PasswordOf) {
  const salt = randomBytes(32);
  const saltedPassword = pbkdf2Sync(password(kafkaSecretOf(name)), salt, ITERATIONS, 64, 'sha512');
  return { name, iterations: ITERATIONS, salt: salt.toString('base64'), saltedPassword: saltedPassword.toString('base64') };
}

export interface BrokerFileOptions {
  /** The password of the secret with that name: `kafka-deploy`. */
  readonly password: PasswordOf;
  readonly testAdministrator: boolean;
}

/** The broker's own part of its configuration: who signs in by PLAIN, and whom no right limits. It holds passwords. */
export function kafkaBrokerFile({ password, testAdministrator }: BrokerFileOptions): string {
  const unlimited = [BROKER, KAFKA_DEPLOY_USER, ...(testAdministrator ? [TEST_ADMINISTRATOR] : [])];
  return [
    `listener.name.clients.plain.sasl.jaas.config=${plain(password, BROKER, [...unlimited, KAFKA_PROBE_USER])}`,
    `listener.name.controller.plain.sasl.jaas.config=${plain(password, BROKER, [BROKER])}`,
    `super.users=${unlimited.map((user) => `User:${user}`).join(';')}`,
    '',
  ].join('\n');
}

/**
 * How Kafka's own tools sign in, in the broker's container: to ask whether the broker works, and to look at topics and groups. Each of
 * the two has a second file, for a broker that speaks clear text.
 */
export const kafkaToolFiles = (password: PasswordOf): Readonly<Record<string, string>> => ({
  'probe.properties': kafkaToolFile(password, KAFKA_PROBE_USER, '/run/secrets/tls/ca.pem'),
  'probe-clear.properties': kafkaToolFile(password, KAFKA_PROBE_USER, undefined),
  'observer.properties': signIn('SCRAM-SHA-512', scram(password, KAFKA_OBSERVER), '/run/secrets/tls/ca.pem'),
  'observer-clear.properties': signIn('SCRAM-SHA-512', scram(password, KAFKA_OBSERVER), undefined),
});

/**
 * How Kafka's own tools sign in as a user of the broker's file.
 * @param caFile the file with the certificate of the CA to believe. Nothing: the broker speaks clear text
 */
export const kafkaToolFile = (password: PasswordOf, user: string, caFile: string | undefined): string =>
  signIn('PLAIN', plain(password, user), caFile);

const signIn = (mechanism: string, module: string, caFile: string | undefined) =>
  [
    `security.protocol=${caFile ? 'SASL_SSL' : 'SASL_PLAINTEXT'}`,
    ...(caFile ? ['ssl.truststore.type=PEM', `ssl.truststore.location=${caFile}`] : []),
    `sasl.mechanism=${mechanism}`,
    `sasl.jaas.config=${module}`,
    '',
  ].join('\n');

const scram = (password: PasswordOf, user: string) =>
  `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${password(kafkaSecretOf(user))}";`;

/** What a process signs in with, and whom it lets in. */
function plain(password: PasswordOf, user: string, letsIn: readonly string[] = []): string {
  const quoted = (name: string) => `"${password(kafkaSecretOf(name))}"`;
  const options = [`username="${user}"`, `password=${quoted(user)}`, ...letsIn.map((name) => `user_${name}=${quoted(name)}`)];
  return `org.apache.kafka.common.security.plain.PlainLoginModule required ${options.join(' ')};`;
}
