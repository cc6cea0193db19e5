import { SERVICES } from '@waybill/contracts';
import { appUserOf, DATABASE_OWNERS, IDENTITY, migratorOf, POSTGRES_OBSERVER_SECRET, SUPERUSER } from './databases.ts';
import { elasticsearchSecretOf } from './elasticsearch-users.ts';
import { feedKeysSecretOf } from './feed-keys.ts';
import { IDENTITY_SECRETS, PASSWORD_SECRETS } from './identity-secrets.ts';
import { KAFKA_DEPLOY_USER, KAFKA_USERS_SECRET, kafkaSecretOf } from './kafka-users.ts';
import { MAIL_PASSWORD_SECRET, OUTSIDE_WORLD_TOKEN_SECRET, PROVIDER_KEY_SECRET } from './outside-world-secrets.ts';
import { POSTGRES_OBSERVER_PASSFILE } from './made-secrets.ts';
import { DEFINITIONS_SECRET, DEPLOY_USER } from './rabbitmq-definitions.ts';

/** The official images of PostgreSQL and RabbitMQ run as 999:999: their folders are for that group. The others are of user 1000. */
export const SERVERS_GROUP = 999;
export const READ_BY_GROUP: readonly string[] = ['postgres', 'rabbitmq'];
/** Images with a user of their own that reads nothing but what TLS needs: it is a member of the group 1000, of the step that makes it. */
export const READ_BY_OWN_GROUP: readonly string[] = ['nginx', 'haproxy', 'prometheus', 'nginx-exporter', 'grafana'];

/** What a service shows to the outside world, where it calls it. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  payment: [PROVIDER_KEY_SECRET],
  notification: [MAIL_PASSWORD_SECRET],
};

/** Which container is given which secrets: the names of the files that it finds in its /run/secrets, and no other's. */
export const recipients: Readonly<Record<string, readonly string[]>> = {
  postgres: [SUPERUSER],
  databases: [SUPERUSER, POSTGRES_OBSERVER_SECRET, ...DATABASE_OWNERS.flatMap((owner) => [migratorOf(owner), appUserOf(owner)])],
  deploy: [`rabbitmq-${DEPLOY_USER}`, DEFINITIONS_SECRET, kafkaSecretOf(KAFKA_DEPLOY_USER), KAFKA_USERS_SECRET],
  'postgres-exporter': [POSTGRES_OBSERVER_PASSFILE],
  'outside-world': [PROVIDER_KEY_SECRET, MAIL_PASSWORD_SECRET, OUTSIDE_WORLD_TOKEN_SECRET],
  console: [feedKeysSecretOf('console'), OUTSIDE_WORLD_TOKEN_SECRET, IDENTITY_SECRETS.console],
  // The step makes the people. The issuer itself has the hashes of their passwords, in its database.
  [`migrate-${IDENTITY}`]: [migratorOf(IDENTITY), ...PASSWORD_SECRETS],
  [IDENTITY]: [appUserOf(IDENTITY), IDENTITY_SECRETS.cookieKey, IDENTITY_SECRETS.tools, IDENTITY_SECRETS.console],
  // The profile `elk`.
  elasticsearch: [elasticsearchSecretOf('observer')],
  'set-up-elasticsearch': [elasticsearchSecretOf('setup')],
  logstash: [elasticsearchSecretOf('logstash')],
  kibana: [elasticsearchSecretOf('kibana-server'), elasticsearchSecretOf('reader'), 'kibana-encryption'],
  'set-up-kibana': [elasticsearchSecretOf('setup')],
  ...Object.fromEntries(
    SERVICES.flatMap((service) => [
      [`migrate-${service}`, [migratorOf(service)]],
      [
        service,
        [
          appUserOf(service),
          `rabbitmq-${service}`,
          kafkaSecretOf(service),
          feedKeysSecretOf(service),
          ...(OUTSIDE[service] ?? []),
        ],
      ],
    ]),
  ),
};
