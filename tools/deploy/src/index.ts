export { keepPair, keepTlsFiles, tlsFiles } from './certificates.ts';
export { BELIEVERS, CA_FILE, PAIR_FILE, parties, PROBE, TLS_FOLDER } from './tls-parties.ts';
export {
  appUserOf,
  createDatabases,
  DATABASE_OWNERS,
  type DatabaseOwner,
  IDENTITY,
  migratorOf,
  POSTGRES_OBSERVER,
  POSTGRES_OBSERVER_SECRET,
  SUPERUSER,
} from './databases.ts';
export { IDENTITY_SECRETS, PASSWORD_SECRETS, PEOPLE, type Person } from './identity-secrets.ts';
export { elasticsearchSecretOf, elasticsearchUsers } from './elasticsearch-users.ts';
export { feedKeyFiles, feedKeysSecretOf } from './feed-keys.ts';
export { keepMadeSecrets, POSTGRES_OBSERVER_PASSFILE } from './made-secrets.ts';
export { openSession } from './open-session.ts';
export {
  KAFKA_DEPLOY_USER,
  KAFKA_OBSERVER,
  KAFKA_PROBE_USER,
  KAFKA_USERS_SECRET,
  kafkaBrokerFile,
  kafkaSecretOf,
  kafkaToolFile,
  kafkaUsers,
} from './kafka-users.ts';
export { type How, KNOWN_SECRETS, type KnownSecret } from './known-secrets.ts';
export { loadDefinitions } from './load-definitions.ts';
export {
  CONNECTIONS_OF_A_SERVICE,
  DEFINITIONS_SECRET,
  DEPLOY_USER,
  ERLANG_COOKIE_SECRET,
  OBSERVER,
  rabbitmqDefinitions,
  VHOST,
} from './rabbitmq-definitions.ts';
export { MAIL_PASSWORD_SECRET, MAIL_USER, OUTSIDE_WORLD_TOKEN_SECRET, PROVIDER_KEY_SECRET } from './outside-world-secrets.ts';
export { READ_BY_GROUP, READ_BY_OWN_GROUP, recipients, SERVERS_GROUP } from './recipients.ts';
export { Secrets } from './secrets.ts';
export { signIns } from './sign-ins.ts';
