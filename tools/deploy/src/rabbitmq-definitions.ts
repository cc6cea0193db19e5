import { createHash, randomBytes } from 'node:crypto';
import { contracts, rabbitRights, rabbitTopology, SERVICES } from '@waybill/contracts';

export const VHOST = 'waybill';
/** Loads users and rights and declares exchanges and queues, in the deploy step: the administrator, whose password that step alone has. */
export const DEPLOY_USER = 'deploy';
/** The secret that holds what `rabbitmqDefinitions` gives, for the deploy step. */
export const DEFINITIONS_SECRET = 'rabbitmq-definitions';
/** Who has it runs code in the broker. */
export const ERLANG_COOKIE_SECRET = 'erlang-cookie';
/** Specs make vhosts with this user. Neither the default instance nor the containers have it. */
const TEST_ADMINISTRATOR = 'administrator';
/** Sees queues, consumers and connections, on RabbitMQ's page and for `npm run stack -- queues`, and can change nothing. */
export const OBSERVER = 'observer';

/**
 * A replica has two connections. So 32 replicas of a service fit, and a service that opens connections without end leaves the others
 * theirs.
 */
export const CONNECTIONS_OF_A_SERVICE = 64;

export interface DefinitionsOptions {
  /** The password of the secret with that name: `rabbitmq-order`. */
  readonly password: (secret: string) => string;
  readonly testAdministrator: boolean;
}

/**
 * Users, vhost and rights, loaded at every boot and by the deploy step. That step declares everything else, but RabbitMQ 4.3 refuses a
 * right to publish by topic on an exchange that is not there: so the exchanges are here as well, as that step declares them.
 */
export function rabbitmqDefinitions({ password, testAdministrator }: DefinitionsOptions) {
  const everything = { vhost: VHOST, configure: '.*', write: '.*', read: '.*' };
  const user = (name: string, tags: string[] = []) => ({
    name,
    password_hash: passwordHash(password(`rabbitmq-${name}`)),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    tags,
  });
  const services = SERVICES.map((service) => ({ service, ...rabbitRights(service, contracts) }));
  return {
    vhosts: [{ name: VHOST }],
    users: [
      ...SERVICES.map((service) => ({ ...user(service), limits: { 'max-connections': CONNECTIONS_OF_A_SERVICE } })),
      user(DEPLOY_USER, ['administrator']),
      user(OBSERVER, ['monitoring']),
      ...(testAdministrator ? [user(TEST_ADMINISTRATOR, ['administrator'])] : []),
    ],
    permissions: [
      ...services.map(({ service, configure, write, read }) => ({ user: service, vhost: VHOST, configure, write, read })),
      { user: DEPLOY_USER, ...everything },
      { user: OBSERVER, vhost: VHOST, configure: '', write: '', read: '' },
      ...(testAdministrator ? [{ user: TEST_ADMINISTRATOR, ...everything }] : []),
    ],
    exchanges: rabbitTopology(contracts).exchanges.map(durableTopicExchange),
    topic_permissions: services.flatMap(({ service, topics }) =>
      topics.map((topic) => ({ user: service, vhost: VHOST, ...topic })),
    ),
  };
}

const durableTopicExchange = (name: string) => ({
  name,
  vhost: VHOST,
  type: 'topic',
  durable: true,
  auto_delete: false,
  internal: false,
  arguments: {},
});

/** RabbitMQ's own form: four random bytes, then SHA-256 over them and the password. */
function passwordHash(password: string): string {
  const salt = randomBytes(4);
  return Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString('base64');
}
