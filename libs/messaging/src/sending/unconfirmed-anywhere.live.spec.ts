import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '@waybill/testing';
import { brokerProxy } from '../../test/broker-proxy.js';
import { unhandled } from '../../test/contract.js';
import { World } from '../../test/world.js';

let world: World;
afterEach(() => world.close());

/** Sends ten messages to a broker whose connections break before this packet passes, either way. False: there were fewer. */
async function sendsUntilCut(packet: number): Promise<boolean> {
  let left = Infinity;
  const proxy = await brokerProxy((broker) => {
    if (broker === world.broker && (left -= 1) === 0) proxy.networks[broker].cut();
  });
  const { rabbitmq, kafka } = proxy;
  const relay = await world.start({ contracts: [unhandled(world.contract)], handles: false, rabbitmq, kafka });
  left = packet;
  await world.send(...Array.from({ length: 10 }, (_, index) => ({ key: `at packet ${packet}`, n: index + 1 })));
  await eventually('the messages have left, or the connection is gone', async () => {
    if (left <= 0) return true;
    return (await world.outbox()).length === 0;
  });
  const wasCut = left <= 0;
  // What has left by then is not sent again: whether the broker has it, shows at the end.
  await relay.stop();
  await proxy.close();
  return wasCut;
}

test.each(['rabbitmq', 'kafka'] as const)(
  'what %s has not confirmed stays in the outbox, wherever the connection to it breaks',
  async (broker) => {
    world = await World.make(broker);
    let packet = 1;
    while (await sendsUntilCut(packet)) packet += 1;
    expect(packet).toBeGreaterThan(2);
    await world.start();
    await world.effectsReach(10 * packet);
    await world.quiet();
    for (let at = 1; at <= packet; at++) {
      const handled = (await world.effects(`at packet ${at}`)).map(({ n }) => n);
      expect(handled.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
  },
);
