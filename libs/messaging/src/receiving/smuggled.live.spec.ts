import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Contract, exchangeOf } from '@waybill/contract-kit';
import type { ChannelModel } from 'amqplib';
import { once } from 'node:events';
import { userThatMaySend } from '../../test/rabbit-admin.js';
import { World } from '../../test/world.js';
import { openConnection } from '../brokers/rabbitmq/connection.js';

// RabbitMQ compares the routing key of a message with its sender's rights, and the receiver chooses the handler by the type in the
// message. Somebody with the password of a service could send what that service may not, inside of what it may.
let world: World;
let sender: ChannelModel;
beforeEach(async () => void (world = await World.make('rabbitmq')));
afterEach(async () => {
  await sender.close();
  await world.close();
});

test('a command in another command’s clothes is a dead letter under its own id, and the real one is handled', async () => {
  const allowed = world.contract;
  const forbidden = { ...world.contract, type: `${world.service}.steal.v1` } as Contract;
  await world.deploy([allowed, forbidden] as Contract[]);
  await world.start({ contracts: [allowed, forbidden] as Contract[] });
  sender = await openConnection(await userThatMaySend(world.service, [allowed.type]), 'spec');
  const smuggled = world.message({ key: 'order', n: 1 }, (envelope) => ({ ...envelope, type: forbidden.type }));

  const openly = await sender.createConfirmChannel();
  const refused = once(openly, 'error') as Promise<[{ code?: number }]>;
  openly.publish(exchangeOf(world.service), forbidden.type, smuggled.body);
  expect((await refused)[0].code).toBe(403);

  const hidden = await sender.createConfirmChannel();
  hidden.publish(exchangeOf(world.service), allowed.type, smuggled.body);
  await hidden.waitForConfirms();
  const dead = await world.becomes('dead', smuggled.id);
  expect(dead).toMatchObject({ message_id: smuggled.id, type: forbidden.type });
  expect(dead.errors[0]!.error).toContain(`It was routed as ${allowed.type} and says that it is ${forbidden.type}.`);
  // Neither did it take effect, nor does it hold back the order that it names.
  await world.send({ key: 'order', n: 2 });
  await world.effectsReach(1);
  expect((await world.effects()).map(({ n }) => n)).toEqual([2]);
});
