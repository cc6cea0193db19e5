import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '@waybill/contracts';
import { appUserOf, DATABASE_OWNERS, KNOWN_SECRETS, migratorOf, openSession, Secrets } from '@waybill/deploy';
import { topicsAndLag } from '@waybill/messaging';
import { instanceOf, readConnections } from '@waybill/stack';

/** The secrets of an instance at a moment, by their names. */
export type Values = Readonly<Record<string, string>>;

export function secretsOf(instance: string): Values {
  const secrets = new Secrets(instanceOf(instance).paths.secrets);
  const there = KNOWN_SECRETS.filter(({ name }) => secrets.has(name));
  return Object.fromEntries(there.map(({ name }) => [name, secrets.value(name)]));
}

/** A provider gives its clients a while to take the new one. */
const STILL_GOOD_MS = 1_500;

/** Tries to sign in with each secret of before, and with the one of now. Who is let in wrongly, or is not let in, is a sentence. */
export async function signInWithOldAndNew(instance: string, outsideWorld: string, before: Values): Promise<string[]> {
  const now = secretsOf(instance);
  const same = Object.keys(now).filter((name) => now[name] === before[name]);
  await delay(STILL_GOOD_MS);
  const tried = await Promise.all(
    Object.entries(doorsOf(instance, outsideWorld)).map(async ([name, isLetIn]) => [
      ...((await isLetIn(before[name]!)) ? [`${name}: the secret of before is still let in`] : []),
      ...((await isLetIn(now[name]!)) ? [] : [`${name}: the secret of now is not let in`]),
    ]),
  );
  return [...same.map((name) => `${name} was not rotated`), ...tried.flat()];
}

type IsLetIn = (secret: string) => Promise<boolean>;

/** Where each secret is asked for, as far as a server compares it over a connection. */
function doorsOf(instance: string, outsideWorld: string): Record<string, IsLetIn> {
  const { postgres: server, rabbitmq, kafka: brokers, identity } = readConnections(instance);
  const postgres = { host: server.host, port: server.port, ssl: server.ssl };
  const kafka = { brokers: brokers.brokers, ca: brokers.ca };
  const database =
    (user: string, database: string): IsLetIn =>
    (password) =>
      succeeds(openSession({ ...postgres, user, password, database }).then((session) => session.end()));
  const inRabbit =
    (user: string): IsLetIn =>
    async (password) => {
      const answer = await fetch(`${rabbitmq.management}/api/whoami`, { headers: basic(user, password) });
      // Who may not use this page is told so after the password was found right.
      return answer.ok || /not .*management user/i.test(await answer.text());
    };
  const inKafka =
    (user: string): IsLetIn =>
    (password) =>
      topicsAndLag({ ...kafka, user, password }).then(
        () => true,
        (error: Error) => !/authentication failed/i.test(error.message),
      );
  const byToken: IsLetIn = async (token) =>
    (await fetch(`${outsideWorld}/faults`, { headers: { authorization: `Bearer ${token}` } })).ok;
  const atTheIssuer =
    (client: string): IsLetIn =>
    async (secret) => {
      const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'api' });
      return (await fetch(`${identity.issuer}/token`, { method: 'POST', headers: basic(client, secret), body })).ok;
    };
  return {
    ...Object.fromEntries(
      DATABASE_OWNERS.flatMap((owner) => [appUserOf(owner), migratorOf(owner)].map((user) => [user, database(user, owner)])),
    ),
    postgres: database('postgres', 'postgres'),
    'postgres-observer': database('observer', 'postgres'),
    ...Object.fromEntries([...SERVICES, 'deploy', 'observer'].map((user) => [`rabbitmq-${user}`, inRabbit(user)])),
    ...Object.fromEntries([...SERVICES, 'observer'].map((user) => [`kafka-${user}`, inKafka(user)])),
    'outside-world-token': byToken,
    'identity-client-tools': atTheIssuer('tools'),
    'identity-client-console': atTheIssuer('console'),
  };
}

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
