import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { groupOf, topicOf } from '@waybill/contract-kit';
import { eventually, testStack } from '@waybill/testing';
import { series, World } from '../../test/world.js';
import { GroupLag } from './kafka/group-lag.js';
import { silent } from '../message.js';

let world: World;
let lag: GroupLag;
beforeAll(async () => {
  world = await World.make('kafka');
  lag = new GroupLag(world.service, [world.contract], testStack().kafka, silent);
});
afterAll(async () => {
  await lag.close();
  await world.close();
});

const now = async () => (await lag.read())[0];

describe('how far a group has come', () => {
  test('is told while nobody reads for it, and grows: the emitter asks, not the reader', async () => {
    const about = { group: groupOf(world.service), topic: topicOf(world.service) };
    // A topic that was made a moment ago may have no leader yet.
    expect(await eventually('the broker tells', now)).toMatchObject({ ...about, members: 0, lag: 0, committed: 0 });

    // No relay: what it does not see confirmed in time it publishes again, and the lag is compared.
    await world.publishRaw(...series('behind', 5).map((payload) => world.message(payload)));
    await eventually('the events have arrived', async () => (await now())?.lag === 5);
    expect(await now()).toMatchObject({ ...about, members: 0, lag: 5, committed: 0 });
  });

  test('catches up when a reader comes', async () => {
    // On a busy machine a member that is silent for longer than the session would be gone when it is counted.
    await world.start({ tuning: { kafkaSessionMs: 30_000 } });
    await eventually('nothing waits', async () => (await now())?.lag === 0);
    expect(await now()).toMatchObject({ members: 1, lag: 0, committed: 5 });
  });
});
