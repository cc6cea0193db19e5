import { pbkdf2Sync, randomBytes } from 'node:crypto';

/** Who signs in to Elasticsearch, and with which roles: its own, and those of infra/elk/elasticsearch/roles.yml. */
const USERS: Readonly<Record<string, readonly string[]>> = {
  logstash: ['waybill_writer'],
  // Kibana's own rights, and none of its users'. Elasticsearch reserves the name `kibana`.
  'kibana-server': ['kibana_system'],
  // Everybody who opens Kibana: may read everything in it, and change nothing.
  reader: ['viewer'],
  // The two steps that set up Elasticsearch and Kibana.
  setup: ['waybill_setup', 'kibana_admin'],
  observer: ['waybill_observer'],
};

export type ElasticsearchUser = 'logstash' | 'kibana-server' | 'reader' | 'setup' | 'observer';

export const elasticsearchSecretOf = (user: ElasticsearchUser) => `elasticsearch-${user}`;

/** The two files of Elasticsearch's file realm. They hold hashes: Elasticsearch itself is given no password but the observer's. */
export function elasticsearchUsers(password: (secret: string) => string): Readonly<Record<'users' | 'users_roles', string>> {
  const names = Object.keys(USERS) as ElasticsearchUser[];
  const roles = [...new Set(Object.values(USERS).flat())];
  return {
    users: lines(names.map((name) => `${name}:${passwordHash(password(elasticsearchSecretOf(name)))}`)),
    users_roles: lines(roles.map((role) => `${role}:${names.filter((name) => USERS[name]!.includes(role)).join(',')}`)),
  };
}

const lines = (each: readonly string[]) => each.map((line) => `${line}\n`).join('');

/** Elasticsearch's own form of PBKDF2 with HMAC-SHA512: rounds, salt, 32 bytes. The passwords are random: few rounds will do. */
function passwordHash(password: string): string {
  const rounds = 10_000;
  const salt = randomBytes(32);
  const hash = pbkdf2Sync(password, salt, rounds, 32, 'sha512');
  return `{PBKDF2}${rounds}$${salt.toString('base64')}$${hash.toString('base64')}`;
}
