import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { netOf, queueOf, topicOf } from '@waybill/contract-kit';
import { eventually } from '@waybill/testing';
import { deleteQueue } from '../../test/rabbit-admin.js';
import { rawKafka } from '../../test/raw-broker.js';
import { series, World } from '../../test/world.js';
import { eventsSkippedTotal } from '../metrics.js';

/** Takes away by hand what the deploy step made. The broker itself is there. */
async function take(object: string): Promise<void> {
  const [kind, name] = object.split(' ') as [string, string];
  if (kind === 'queue') return deleteQueue(name);
  const admin = rawKafka().admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [name] }).finally(() => admin.disconnect());
}

let world: World;
afterEach(() => world.close());

describe.each([
  { broker: 'rabbitmq', what: 'the queue of its commands', objectOf: () => `queue ${queueOf(world.service)}` },
  { broker: 'rabbitmq', what: 'the net behind that queue', objectOf: () => `queue ${netOf(world.service)}` },
  { broker: 'kafka', what: 'the topic of its events', objectOf: () => `topic ${topicOf(world.service)}` },
] as const)('when $what is deleted', ({ broker, objectOf }) => {
  beforeEach(async () => {
    world = await World.make(broker);
  });

  test('health names it, what is sent waits, and the deploy step brings everything back without a restart', async () => {
    const replica = await world.start();
    await world.send(...series('before', 3));
    await world.effectsReach(3);
    await take(objectOf());
    await eventually('health names it', () => replica.health().missing.some(({ object }) => object === objectOf()), {
      timeoutMs: 10_000,
    });
    expect(replica.health()).toEqual({
      rabbitmq: broker === 'rabbitmq' ? 'down' : 'up',
      kafka: broker === 'kafka' ? 'down' : 'up',
      missing: [{ broker, object: objectOf() }],
      ready: false,
    });
    await world.send(...series('away', 5));
    const another = world.start();
    await world.deploy();
    await another;
    await eventually('the replica is ready again', () => replica.health().ready, { timeoutMs: 20_000 });
    expect(replica.health().missing).toEqual([]);
    await world.send(...series('after', 2));
    await world.effectsReach(10);
    await world.quiet();
    // Each delivery counts: a service that cannot keep its consumers must not begin to take.
    if (broker === 'rabbitmq') expect(await world.counted('duplicate')).toBe(0);
    const effects = await world.effects();
    const seen = effects.map(({ key, n }) => `${key} ${n}`);
    expect(seen.toSorted()).toEqual(
      [...series('after', 2), ...series('away', 5), ...series('before', 3)].map(({ key, n }) => `${key} ${n}`),
    );
    const skipped = (await eventsSkippedTotal.get()).values.filter(({ labels }) => labels.topic === topicOf(world.service));
    expect(skipped.filter(({ value }) => value > 0)).toEqual([]);
  });
});

test('a topic that is deleted and made again at once is read from its beginning', async () => {
  world = await World.make('kafka');
  await world.start();
  await world.send(...series('key', 3));
  await world.effectsReach(3);
  await take(`topic ${topicOf(world.service)}`);
  await world.deploy();
  // More than the old one had: the place that the group had come to is in the middle of them.
  await world.send(...series('key', 9).slice(3));
  await world.effectsReach(9);
  await world.quiet();
  expect((await world.effects()).map(({ n }) => n)).toEqual(series('key', 9).map(({ n }) => n));
});
