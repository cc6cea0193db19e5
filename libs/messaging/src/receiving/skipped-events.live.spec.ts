import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { groupOf, topicOf } from '@waybill/contract-kit';
import { eventually, testStack } from '@waybill/testing';
import { rawKafka } from '../../test/raw-broker.js';
import { series, World } from '../../test/world.js';
import { GroupLag } from '../brokers/kafka/group-lag.js';
import { partitionOf } from '../brokers/kafka/partition-of.js';
import { silent } from '../message.js';
import { eventsSkippedTotal } from '../metrics.js';

const KEY = 'long-away';
const partition = partitionOf(KEY);

let world: World;
let lag: GroupLag;
const errors: Record<string, unknown>[] = [];
const log = { ...silent, error: (fields: object) => void errors.push({ ...fields }) };
beforeAll(async () => {
  world = await World.make('kafka');
  lag = new GroupLag(world.service, [world.contract], testStack().kafka, silent);
});
afterAll(async () => {
  await lag.close();
  await world.close();
});

const counted = async () =>
  (await eventsSkippedTotal.get()).values.find(
    ({ labels }) => labels.topic === topicOf(world.service) && labels.partition === partition,
  )?.value;

const removedUnread = async () => (await lag.read())[0]!.partitions.find((each) => each.partition === partition)!.removedUnread;

/** As retention does it: the segments that hold these events are deleted. */
async function remove(before: string): Promise<void> {
  const admin = rawKafka().admin();
  const topic = topicOf(world.service);
  await admin.connect();
  try {
    // kafkajs deletes only where it has looked before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: before }] });
  } finally {
    await admin.disconnect();
  }
}

describe('events that Kafka removed before their group read them', () => {
  test('are told by the emitter while the group is away, with their partition and number', async () => {
    await world.start({ log });
    await world.send(...series(KEY, 3));
    await world.effectsReach(3);
    await world.stop();

    await world.publishRaw(...series(KEY, 5).map((payload) => ({ ...world.message(payload), key: KEY })));
    await remove('5');
    await eventually('two of the five are gone', async () => (await removedUnread()) === 2);
  });

  test('are told and counted by the group when it comes back; the others are handled, and nothing is told twice', async () => {
    await world.start({ log });
    await world.effectsReach(6);
    expect(errors).toEqual([
      {
        ...{ broker: 'kafka', group: groupOf(world.service), topic: topicOf(world.service), partition },
        ...{ events: 2, from: '3', to: '4' },
      },
    ]);
    expect(await counted()).toBe(2);
    await eventually('the group has gone past them', async () => (await removedUnread()) === 0);

    await world.stop();
    await world.publishRaw({ ...world.message({ key: KEY, n: 6 }), key: KEY });
    await world.start({ log });
    await world.effectsReach(7);
    expect(errors).toHaveLength(1);
  });
});
