import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { kafkaRights, type KafkaRight } from '@waybill/contract-kit';
import { eventually, testStack } from '@waybill/testing';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { series, World } from '../../../test/world.js';
import type { Logger } from '../../message.js';
import type { KafkaOptions } from './client.js';
import { deployKafkaUsers } from './deploy-users.js';

const PASSWORD = randomBytes(32).toString('base64url');

let world: World;
beforeEach(async () => void (world = await World.make('kafka')));
afterEach(() => world.close());

/** How the service's own user signs in. */
const signIn = (): KafkaOptions => {
  const { brokers, ca } = testStack().kafka;
  return { brokers, ca, user: world.service, password: PASSWORD };
};

/** The deploy step, for the service of this world. */
function deployUser(but: (right: KafkaRight) => boolean = () => true): Promise<void> {
  const salt = randomBytes(16);
  const rights = kafkaRights(world.service, [world.contract]).filter(but);
  const user = {
    name: world.service,
    iterations: 4_096,
    salt: salt.toString('base64'),
    saltedPassword: pbkdf2Sync(PASSWORD, salt, 4_096, 64, 'sha512').toString('base64'),
    rights,
  };
  return deployKafkaUsers(testStack().kafka, [user]);
}

/** What was logged, a line for each. */
function logged(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const note = (fields: object, text: string) => void lines.push(`${text} ${JSON.stringify(fields)}`);
  return { lines, log: { debug: () => undefined, info: note, warn: note, error: note } };
}

test('a service whose password Kafka does not know says so, keeps its events, and goes on when it is given', async () => {
  const { log, lines } = logged();
  const started = world.start({ kafka: signIn(), log });
  await world.send(...series('key', 3));
  await eventually('the log says why', () => lines.some((line) => /SASL SCRAM SHA512 authentication failed/.test(line)));
  expect(await world.outbox()).toHaveLength(3);
  await deployUser();
  await started;
  await world.effectsReach(3);
  await world.quiet();
});

test.each<[string, (right: KafkaRight) => boolean]>([
  ['to write its topic', ({ operation }) => operation !== 'write'],
  ['to read the topic', ({ resource, operation }) => resource !== 'topic' || operation !== 'read'],
  ['to be in its group', ({ resource, operation }) => resource !== 'group' || operation !== 'read'],
])('a service that lacks the right %s handles everything when the deploy step has given it', async (_, but) => {
  await deployUser(but);
  const { log, lines } = logged();
  const started = world.start({ kafka: signIn(), log });
  await world.send(...series('key', 3));
  await eventually('somebody says what is missing', async () => {
    const said = [...lines, ...(await world.outbox()).map(({ last_error: error }) => error ?? '')];
    return said.some((line) => /not authorized/i.test(line));
  });
  expect(await world.effects()).toEqual([]);
  await deployUser();
  await started;
  await world.effectsReach(3);
  await world.quiet();
});
