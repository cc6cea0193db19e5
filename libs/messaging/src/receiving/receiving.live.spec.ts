import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { groupOf, netOf, topicOf } from '@waybill/contract-kit';
import { asSuperuser, eventually, tcpProxy, testStack } from '@waybill/testing';
import { ConfigResourceTypes } from 'kafkajs';
import { unhandled } from '../../test/contract.js';
import { bench } from '../../test/delivery.js';
import { rawKafka } from '../../test/raw-broker.js';
import { series, World } from '../../test/world.js';
import { insertIntoInbox } from './inbox.js';
import { openConnection } from '../brokers/rabbitmq/connection.js';
import { silent } from '../message.js';

describe('a group that reads for the first time', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make('kafka', { deployed: false });
  });
  afterEach(() => world.close());

  // kafkajs starts a group without an offset at the latest: what came before its first commit would be lost.
  test('gets what was there before it, even when the deploy step has not given it an offset', async () => {
    await world.deploy([unhandled(world.contract)]);
    await world.publishRaw(...series('early', 5).map((payload) => world.message(payload)));
    await world.start();
    await world.effectsReach(5);
  });

  test('is given offset 0 in every partition by the deploy step, and keeps it when that runs again', async () => {
    await world.deploy();
    await world.deploy();
    const admin = rawKafka().admin();
    await admin.connect();
    const [offsets] = await admin.fetchOffsets({ groupId: groupOf(world.service), topics: [topicOf(world.service)] });
    await admin.disconnect();
    expect(offsets!.partitions.map(({ offset }) => offset)).toEqual(['0', '0', '0', '0', '0', '0']);
  });
});

describe('a topic', () => {
  test('of an earlier deploy gets the retention of today, and keeps what else was set for it', async () => {
    const world = await World.make('kafka');
    const topic = topicOf(world.service);
    const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic }];
    const admin = rawKafka().admin();
    await admin.connect();
    try {
      // As the deploy step left it before it set a length of segments.
      const before = { 'retention.ms': '604800000', 'max.message.bytes': '900000' };
      const configEntries = Object.entries(before).map(([name, value]) => ({ name, value }));
      await admin.alterConfigs({ validateOnly: false, resources: [{ ...resources[0]!, configEntries }] });
      await world.deploy();
      const described = await admin.describeConfigs({ includeSynonyms: false, resources });
      const values = Object.fromEntries(
        described.resources[0]!.configEntries.map((entry) => [entry.configName, entry.configValue]),
      );
      expect(values).toMatchObject({ ...before, 'segment.ms': '86400000' });
    } finally {
      await admin.disconnect();
      await world.close();
    }
  });
});

describe('a topic with another number of partitions', () => {
  test('is refused by the deploy step, by name and numbers, before anything is changed in Kafka', async () => {
    const world = await World.make('kafka', { deployed: false });
    const topic = topicOf(world.service);
    const admin = rawKafka().admin();
    await admin.connect();
    try {
      await admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor: 1 }] });
      await expect(world.deploy()).rejects.toThrow(
        `Nothing was changed in Kafka: ${topic} has 3 partitions, and its contracts are made for 6.`,
      );
      const [offsets] = await admin.fetchOffsets({ groupId: groupOf(world.service), topics: [topic] });
      expect(offsets!.partitions.map(({ offset }) => offset)).toEqual(['-1', '-1', '-1']);
    } finally {
      await admin.disconnect();
      await world.close();
    }
  });
});

describe('a batch', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make('kafka', { deployed: false });
  });
  afterEach(() => world.close());

  // `ON CONFLICT .. RETURNING` gives an id back for each of its copies in one statement, unless they are reduced to one.
  test('with the same message twice handles it once', async () => {
    const { delivery, batch } = bench(world);
    const message = world.message({ key: 'copy', n: 1 });
    await delivery.deliver(batch(message, world.message({ key: 'other', n: 1 }), message));
    expect((await world.effects()).map(({ key }) => key)).toEqual(['copy', 'other']);
    expect(await world.parked()).toEqual([]);
  });

  test('of 500 with a failing message in the middle: 499 take effect once, one is parked', async () => {
    const { delivery, batch } = bench(world, {
      script: ({ data }) => {
        if (data.n === 250) throw new Error('the one in the middle');
      },
    });
    await delivery.deliver(batch(...series('', 500).map(({ n }) => world.message({ key: `key${n}`, n }))));
    const effects = await world.effects();
    expect(effects).toHaveLength(499);
    expect(new Set(effects.map(({ message_id }) => message_id)).size).toBe(499);
    expect(await world.parked()).toMatchObject([{ key: 'key250', state: 'waiting' }]);
  });

  // Read before the insert, or in its statement, the parked keys would be older than the wait for the other worker.
  test('knows what another worker was parking while it waited for that worker', async () => {
    const { delivery, batch, parts } = bench(world, { tuning: { lockTimeoutMs: 10_000 } });
    const [first, second] = [world.message({ key: 'race', n: 1 }), world.message({ key: 'race', n: 2 })];
    const [received] = batch(first);
    let delivered: Promise<void> | undefined;
    await parts.unitOfWork.run(async (tx) => {
      await insertIntoInbox(tx, [first.id]);
      await tx.query(
        `INSERT INTO parked (stream, message_id, type, key, body, source, ordered, state, next_attempt_at, failures, crashes, errors)
         VALUES ($1, $2, $3, 'race', '', '', true, 'waiting', now() + interval '1 hour', 1, 0, '[]')`,
        [received!.stream, first.id, first.type],
      );
      delivered = delivery.deliver(batch(first, second));
      await eventually('the other worker waits for this one', () => waitsForALock(world));
    });
    await delivered;
    expect(await world.effects()).toEqual([]);
    expect((await world.parked()).map(({ message_id }) => message_id)).toEqual([first.id, second.id]);
  });

  // In opposite order, two batches with the same messages deadlock.
  test('inserts its ids in one order, whatever order the messages have', async () => {
    const { parts } = bench(world);
    const messages = [world.message({ key: 'a', n: 1 }), world.message({ key: 'b', n: 1 })] as const;
    const [low, high] = messages[0].id < messages[1].id ? messages : ([messages[1], messages[0]] as const);
    let other: Promise<unknown> | undefined;
    await parts.unitOfWork.run(async (tx) => {
      await insertIntoInbox(tx, [low.id]);
      other = parts.unitOfWork.run(async (its) => {
        await its.query(`SET LOCAL lock_timeout = '30s'`);
        return insertIntoInbox(its, [high.id, low.id]);
      });
      other.catch(() => undefined);
      await eventually('the other batch waits', () => waitsForALock(world));
      await tx.query(`SET LOCAL lock_timeout = '30s'`);
      await insertIntoInbox(tx, [high.id]);
    });
    expect(await other).toEqual(new Set());
  });

  test('that meets a lock goes one by one: only the message that needs the locked row waits, as a transient failure', async () => {
    await world.query(`CREATE TABLE account (key text PRIMARY KEY, n int NOT NULL)`);
    await world.query(`INSERT INTO account SELECT 'key' || n, 0 FROM generate_series(1, 10) AS n`);
    const { delivery, retries, batch } = bench(world, {
      tuning: { maxAttempts: 1 },
      script: async ({ key }, tx) => void (await tx.query(`UPDATE account SET n = n + 1 WHERE key = $1`, [key])),
    });
    await asSuperuser(async (blocker) => {
      await blocker.query('BEGIN');
      await blocker.query(`UPDATE account SET n = n WHERE key = 'key5'`);
      await delivery.deliver(batch(...series('', 10).map(({ n }) => world.message({ key: `key${n}`, n }))));
      expect((await world.effects()).map(({ n }) => n)).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10]);
      expect(await world.parked()).toMatchObject([{ key: 'key5', state: 'waiting', failures: 0 }]);
      await blocker.query('ROLLBACK');
    }, world.database.name);
    retries.start();
    await world.effectsReach(10);
    await retries.stop();
    expect(await world.query(`SELECT key FROM account WHERE n <> 1`)).toEqual([]);
  });

  async function waitsForALock(of: World): Promise<boolean> {
    const waiting = await of.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  }
});

describe.each(['rabbitmq', 'kafka'] as const)('with %s', (broker) => {
  test('everything delivered a second time changes nothing', async () => {
    const world = await World.make(broker);
    await world.start();
    await world.query(`CREATE TABLE copy (LIKE outbox)`);
    await world.query(
      `CREATE FUNCTION keep_copy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO copy SELECT new.*; RETURN new; END $$`,
    );
    await world.query(`CREATE TRIGGER keep_copy BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION keep_copy()`);
    for (let n = 1; n <= 20; n++) await world.send(...series('', 10).map((payload) => ({ key: `key${payload.n}`, n })));
    await world.effectsReach(200);
    // The relay's claim would hold up the change of its table.
    await world.quiet();
    await world.query(`ALTER TABLE outbox DISABLE TRIGGER keep_copy`);
    const published = await world.query<{ message_id: string }>(`SELECT DISTINCT message_id FROM copy`);
    expect(published).toHaveLength(200);

    await world.query(
      `INSERT INTO outbox (lane, message_id, type, key, body) SELECT lane, message_id, type, key, body FROM copy ORDER BY id`,
    );
    // At least as many: what the relay does not see confirmed in time it publishes once more.
    await eventually('as many copies as messages were recognised', async () => (await world.counted('duplicate')) >= 200);
    await world.quiet();
    const effects = await world.effects();
    expect(effects).toHaveLength(200);
    expect(new Set(effects.map(({ message_id }) => message_id))).toEqual(new Set(published.map(({ message_id }) => message_id)));
    await world.close();
  });

  test('a pool of one connection makes progress: handlers that send, failures, and a relay, one after the other', async () => {
    const world = await World.make(broker, { poolSize: 1 });
    const single = await world.database.another({ poolSize: 1 });
    await world.start({
      database: single,
      script: (message, tx) => {
        if (message.data.n % 10 === 0 && message.attempt === 1) throw new Error('every tenth');
        if (message.key === 'first') tx.send(world.contract, { key: 'second', n: message.data.n });
      },
    });
    await world.send(...series('first', 30));
    await world.effectsReach(60, { timeoutMs: 60_000 });
    await world.quiet();
    await world.close();
  });

  test('while the database is away the messages stay with the broker: nothing is parked, everything is handled when it is back', async () => {
    const world = await World.make(broker);
    const proxy = await tcpProxy(testStack().postgres);
    const behindProxy = await world.database.another({ through: proxy });
    const warnings: string[] = [];
    await world.start({ database: behindProxy, log: { ...silent, warn: (_, text) => void warnings.push(text) } });
    await world.send({ key: 'before', n: 1 });
    await world.effectsReach(1);
    proxy.refuse();
    await world.publishRaw(...series('away', 50).map((payload) => world.message(payload)));
    const { connections } = proxy;
    await eventually('the database was asked for several times', async () => proxy.refused > 10);
    // Before that a delivery may be on its way to park what failed. That is right if the database is back by then.
    await eventually('the delivery has given up', () =>
      warnings.some((text) => /^(messages are held|the partition is paused)/.test(text)),
    );
    expect(proxy.connections).toBe(connections);
    expect(await world.parked()).toEqual([]);
    proxy.heal();
    const effects = await world.effectsReach(51);
    expect(effects.every(({ attempt }) => attempt === 1)).toBe(true);
    expect(await world.parked()).toEqual([]);
    await world.close();
    await proxy.close();
  });
});

describe('the net', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make('rabbitmq');
  });
  afterEach(() => world.close());

  // Up to RabbitMQ 3.13 a delivery limit of -1 drops a message at its first redelivery; without one, 4.0 drops it at the 20th.
  test('keeps what it caught, however often the consumer that takes it dies', async () => {
    const sender = await openConnection(testStack().rabbitmq, 'spec');
    const confirmed = await sender.createConfirmChannel();
    confirmed.sendToQueue(netOf(world.service), world.message({ key: 'caught', n: 1 }).body, { persistent: true });
    await confirmed.waitForConfirms();
    for (let death = 1; death <= 25; death++) {
      const channel = await sender.createChannel();
      const taken = await eventually(`it is there after ${death - 1} deaths`, () => channel.get(netOf(world.service)));
      expect(taken.fields.redelivered).toBe(death > 1);
      await channel.close();
    }
    await sender.close();
    await world.start();
    await world.effectsReach(1);
  });
});
