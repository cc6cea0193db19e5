import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, tcpProxy, testStack } from '@waybill/testing';
import type { Payload } from '../../../test/contract.js';
import { fastTuning, noteEffect, series, World } from '../../../test/world.js';
import type { Message } from '../../message.js';
import { Messaging } from '../../messaging.js';

let world: World;
beforeAll(async () => {
  world = await World.make('rabbitmq');
});
afterAll(() => world.close());

const COMMANDS = 40;

/** Starts a replica and stops it at that answer of the broker. False: it was up before. */
async function stoppedAt(answer: number): Promise<boolean> {
  const { rabbitmq, kafka } = testStack();
  let heard = 0;
  let hear = () => {};
  const itsMoment = new Promise<void>((resolve) => (hear = resolve));
  const network = await tcpProxy(rabbitmq, (bytes) => {
    if ((heard += 1) === answer) hear();
    return bytes;
  });
  const replica = new Messaging({
    service: world.service,
    contracts: [world.contract],
    database: world.database.dataSource,
    rabbitmq: { ...rabbitmq, port: network.port, ca: undefined },
    kafka,
    tuning: { ...fastTuning, prefetch: 1 },
  });
  let stopped = false;
  let takenLate = 0;
  replica.handle(world.contract, async (message, tx) => {
    if (stopped) takenLate += 1;
    await noteEffect(tx, message as Message<Payload>);
  });
  const started = replica.start();
  await Promise.race([itsMoment, started]);
  const early = replica.health().rabbitmq === 'down';
  await replica.stop();
  stopped = true;
  await started;
  await eventually('its connections are gone', () => network.open === 0);
  await network.close();
  expect(takenLate).toBe(0);
  return early;
}

test('a service that is stopped at any moment of its start takes nothing afterwards, keeps no connection, and loses nothing', async () => {
  const relay = await world.start({ handles: false });
  await world.send(...series('key', COMMANDS));
  await eventually('the commands are at the broker', async () => (await world.outbox()).length === 0);
  await relay.stop();

  let answers = 1;
  while (await stoppedAt(answers)) answers += 1;
  // It took some steps to come up, or this has tried nothing.
  expect(answers).toBeGreaterThan(5);

  await world.start();
  await world.effectsReach(COMMANDS);
  await world.quiet();
  const effects = await world.effects();
  expect(effects.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(series('key', COMMANDS).map(({ n }) => n));
});
