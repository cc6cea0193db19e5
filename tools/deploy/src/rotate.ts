import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { giveUsersTheirPasswords, type KafkaOptions } from '@waybill/messaging';
import { type ServerAddress, SUPERUSER } from './databases.ts';
import type { HandOut } from './hand-out.ts';
import { KAFKA_DEPLOY_USER, kafkaSecretOf, kafkaUsers } from './kafka-users.ts';
import { type How, KNOWN_SECRETS, roleOf } from './known-secrets.ts';
import { loadDefinitions, type Management } from './load-definitions.ts';
import { keepMadeSecrets } from './made-secrets.ts';
import { openSession } from './open-session.ts';
import { DEPLOY_USER, rabbitmqDefinitions } from './rabbitmq-definitions.ts';
import type { Secrets } from './secrets.ts';

export interface Servers {
  readonly postgres: ServerAddress;
  readonly rabbitmq: Pick<Management, 'url' | 'ca'>;
  readonly kafka: Pick<KafkaOptions, 'brokers' | 'ca'>;
}

/**
 * Gives these secrets another value. A server that can be told is told first, and the file follows within milliseconds: connections that
 * are open stay, and who signs in meanwhile is refused once and asks again. What a server reads at its start alone is left to the caller,
 * who starts it again.
 * @param out in containers: who has a copy. Left out: everybody reads the same file
 */
export async function rotate(names: readonly string[], secrets: Secrets, servers: Servers, out?: HandOut): Promise<void> {
  const chosen = (how: How) =>
    KNOWN_SECRETS.filter((known) => known.how === how && names.includes(known.name)).map(({ name }) => name);
  const take = (name: string) => {
    secrets.take(name);
    out?.one(name);
  };
  /** What the server is told: for those that are rotated the next one. */
  const next = (name: string) => (names.includes(name) ? secrets.next(name) : secrets.value(name));

  const roles = chosen('postgres');
  if (roles.length > 0)
    await asSuperuser(secrets, servers.postgres, async (query) => {
      for (const name of roles) {
        await query(`ALTER ROLE "${roleOf(name)}" PASSWORD '${verifierOf(secrets.next(name))}'`);
        take(name);
      }
    });

  const rabbitmq = chosen('rabbitmq');
  if (rabbitmq.length > 0) {
    const definitions = rabbitmqDefinitions({ password: next, testAdministrator: secrets.has('rabbitmq-administrator') });
    await orWithNext(secrets, `rabbitmq-${DEPLOY_USER}`, (password) =>
      loadDefinitions({ ...servers.rabbitmq, user: DEPLOY_USER, password }, JSON.stringify(definitions)),
    );
    rabbitmq.forEach(take);
  }

  const kafka = chosen('kafka');
  if (kafka.length > 0) {
    const password = secrets.value(kafkaSecretOf(KAFKA_DEPLOY_USER));
    const users = kafkaUsers(next).filter(({ name }) => kafka.includes(kafkaSecretOf(name)));
    await giveUsersTheirPasswords({ ...servers.kafka, user: KAFKA_DEPLOY_USER, password, mechanism: 'plain' }, users);
    kafka.forEach(take);
  }

  for (const how of ['file', 'person', 'restart rabbitmq', 'restart kafka', 'restart elk'] as const) chosen(how).forEach(take);
  keepMadeSecrets(secrets);
  out?.everything();
}

/** The names, or all that this instance has. @throws when one is not there */
export function chosenSecrets(names: readonly string[], secrets: Secrets): string[] {
  const there = KNOWN_SECRETS.map(({ name }) => name).filter((name) => secrets.has(name));
  const unknown = names.filter((name) => !there.includes(name));
  if (unknown.length > 0) throw new Error(`There is no secret ${unknown.join(', ')}: choose from ${there.join(', ')}.`);
  return names.length > 0 ? [...names] : there;
}

async function asSuperuser(
  secrets: Secrets,
  at: ServerAddress,
  work: (query: (sql: string) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const client = await orWithNext(secrets, SUPERUSER, (password) =>
    openSession({ ...at, user: SUPERUSER, password, database: 'postgres' }),
  );
  try {
    await work((sql) => client.query(sql));
  } finally {
    await client.end();
  }
}

/** A rotation that was cut off may have told the server, and not have written the file. */
async function orWithNext<T>(secrets: Secrets, name: string, signIn: (password: string) => Promise<T>): Promise<T> {
  const cutOff = secrets.hasNext(name) ? secrets.next(name) : undefined;
  try {
    return await signIn(secrets.value(name));
  } catch (error) {
    if (cutOff === undefined) throw error;
    return signIn(cutOff);
  }
}

/** PostgreSQL's least. A password of 32 random bytes is not found by trying, however quick a try is. */
const ITERATIONS = 4_096;

/** What PostgreSQL keeps of a password (RFC 5803): the password itself is in no statement, and so in no log. */
function verifierOf(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest();
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey.toString('base64')}:${hmac('Server Key').toString('base64')}`;
}
