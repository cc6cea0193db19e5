import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { exchangeOf, queueOf, topicOf } from '@waybill/contract-kit';
import { eventually, testStack } from '@waybill/testing';
import type { Channel } from 'amqplib';
import type { Producer } from 'kafkajs';
import type { DataSource } from 'typeorm';
import { brokerProxy, type BrokerProxy } from '../../test/broker-proxy.js';
import { type Payload, unhandled } from '../../test/contract.js';
import { FakePublisher } from '../../test/fake-publisher.js';
import { idOf } from '../../test/poison.js';
import { recordsIn } from '../../test/raw-broker.js';
import { fastTuning, gate, series, World } from '../../test/world.js';
import { partitionOf } from '../brokers/kafka/partition-of.js';
import { KafkaPublisher } from '../brokers/kafka/publisher.js';
import { openConnection } from '../brokers/rabbitmq/connection.js';
import { silent } from '../message.js';
import type { OutboxRow } from './outbox.js';
import { RelayLane } from './relay.js';
import { defaultTuning } from '../tuning.js';

const tuning = { ...defaultTuning, ...fastTuning };

describe('a claim of the relay', () => {
  let world: World;
  let lane: RelayLane | undefined;
  beforeAll(async () => {
    world = await World.make('kafka', { deployed: false });
  });
  afterEach(async () => {
    await lane?.stop();
    await world.query('DELETE FROM outbox');
  });
  afterAll(() => world.close());

  const relayTo = (publisher: FakePublisher, changes: Partial<typeof tuning> = {}) => {
    lane = new RelayLane(world.database.dataSource, publisher, { ...tuning, ...changes }, silent);
    lane.start();
    return publisher;
  };
  const drained = () => eventually('the outbox is empty', async () => (await world.outbox()).length === 0);
  const bytesOf = (rows: readonly OutboxRow[]) => rows.reduce((sum, { body }) => sum + body.length, 0);

  test('is bounded by bytes, because the broker takes 1 MB at once', async () => {
    await world.send(...series('bytes', 20).map((payload) => ({ ...payload, padding: 'x'.repeat(200 * 1024) })));
    const { claims } = relayTo(new FakePublisher('kafka'));
    await drained();
    expect(Math.max(...claims.map(bytesOf))).toBeLessThanOrEqual(512 * 1024);
    expect(claims.flat()).toHaveLength(20);
  });

  test('is bounded by rows', async () => {
    await world.send(...series('rows', 25));
    const { claims } = relayTo(new FakePublisher('kafka'), { relayBatchRows: 10 });
    await drained();
    expect(claims.map((claim) => claim.length)).toEqual([10, 10, 5]);
  });

  test('skips the key of a refused row, and no other; the key goes on in order when its time has come', async () => {
    let refuse = true;
    await world.send(...series('held', 3), ...series('free', 3));
    const { sent } = relayTo(new FakePublisher('kafka', (row) => refuse && row.key === 'held' && Number(row.id) === firstId));
    const firstId = Number((await world.outbox())[0]!.id);
    await eventually('the row was refused several times', async () => (await world.outbox())[0]!.attempts > 3);
    await world.send({ key: 'held', n: 4 });
    await world.send({ key: 'free', n: 4 });
    await eventually('the free key has gone', () => sent.filter(({ key }) => key === 'free').length === 4);
    expect(sent.filter(({ key }) => key === 'held')).toEqual([]);
    expect((await world.outbox())[0]).toMatchObject({ last_error: expect.stringContaining('refuses') });
    refuse = false;
    await drained();
    const ids = sent.filter(({ key }) => key === 'held').map(({ id }) => Number(id));
    expect(ids).toHaveLength(4);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  test('belongs to one relay of a lane at a time', async () => {
    const busy = gate();
    let atOnce = 0;
    let most = 0;
    const slow = () => {
      const publisher = new FakePublisher('kafka');
      const publish = publisher.publish.bind(publisher);
      publisher.publish = async (rows) => {
        most = Math.max(most, ++atOnce);
        await busy.opened;
        atOnce -= 1;
        return publish(rows);
      };
      return publisher;
    };
    await world.send(...series('one', 5));
    let claims = 0;
    const counting = {
      createQueryRunner: () => {
        claims += 1;
        return world.database.dataSource.createQueryRunner();
      },
      query: (sql: string, parameters: unknown[]) => world.database.dataSource.query(sql, parameters),
    } as unknown as DataSource;
    const lanes = [slow(), slow(), slow()].map((publisher) => new RelayLane(counting, publisher, tuning, silent));
    for (const each of lanes) each.start();
    await eventually('one publishes, and the others have tried several times', () => atOnce > 0 && claims > 6);
    busy.open();
    await drained();
    await Promise.all(lanes.map((each) => each.stop()));
    expect(most).toBe(1);
  });

  test('follows the order of commits: a position is drawn at the end of its transaction, not at tx.send', async () => {
    const secondIsCommitted = gate();
    const first = world.sender.run(async (tx) => {
      tx.send(world.contract, { key: 'race', n: 2 });
      await secondIsCommitted.opened;
    });
    await world.send({ key: 'race', n: 1 });
    secondIsCommitted.open();
    await first;
    const { sent } = relayTo(new FakePublisher('kafka'));
    await drained();
    expect(sent.map(({ body }) => (JSON.parse(body.toString()) as { data: Payload }).data.n)).toEqual([1, 2]);
  });
});

describe('the Kafka publisher', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make('kafka');
  });
  afterEach(() => world.close());

  const relayTo = (publisher: KafkaPublisher) => {
    const lane = new RelayLane(world.database.dataSource, publisher, tuning, silent);
    publisher.start();
    lane.start();
    return async () => {
      await lane.stop();
      await publisher.close();
    };
  };
  const drained = () => eventually('the outbox is empty', async () => (await world.outbox()).length === 0);

  // kafkajs keeps answers per broker: when a leader moves during a retry, it can resolve without having sent a partition.
  test('takes a partition that is missing from the answer for not acknowledged', async () => {
    const { kafka } = testStack();
    let forgotten = 0;
    const publisher = new KafkaPublisher(world.service, kafka, tuning, silent, [], (client) => {
      const producer = client.producer({ allowAutoTopicCreation: false, idempotent: false });
      const forgetful: Pick<Producer, 'connect' | 'disconnect' | 'send'> = {
        connect: () => producer.connect(),
        disconnect: () => producer.disconnect(),
        send: (record) => {
          const omitted = record.messages[0]!.partition;
          if (forgotten++ > 2) return producer.send(record);
          return producer.send({ ...record, messages: record.messages.filter(({ partition }) => partition !== omitted) });
        },
      };
      return forgetful;
    });
    const keys = Array.from({ length: 30 }, (_, index) => `key${index}`);
    await world.send(...keys.map((key) => ({ key, n: 1 })));
    const stop = relayTo(publisher);
    await drained();
    await stop();
    expect(forgotten).toBeGreaterThan(3);
    // This compares which they are, not how many: what the broker confirmed too late is there twice.
    await world.start();
    const handled = (await world.effectsReach(30)).map(({ key }) => key);
    expect(handled.toSorted()).toEqual(keys.toSorted());
  });

  // An idempotent producer of kafkajs gives its sequence number out again after such a batch.
  test('lets one refused record cost no other: nothing is lost, nothing is stuck', async () => {
    const [small, big] = ['a', differentPartitionFrom('a')];
    await world.send(...series(small, 3));
    await world.query(
      `INSERT INTO outbox (lane, message_id, type, key, body) VALUES ('kafka', gen_random_uuid(), 'too.large.v1', $1, convert_to(repeat('x', 1500000), 'UTF8'))`,
      [big],
    );
    const stop = relayTo(
      new KafkaPublisher(world.service, testStack().kafka, { ...tuning, relayBatchBytes: 10_000_000 }, silent),
    );
    await eventually('the record that is too large is alone, and named', async () => {
      const rows = await world.outbox();
      return rows.length === 1 && rows[0]!.last_error !== null && rows[0]!.key === big;
    });
    await world.send(...series(small, 3));
    await eventually('what came later has gone too', async () => (await world.outbox()).length === 1);
    await stop();
    expect(await recordsIn(world.service)).toBeGreaterThanOrEqual(6);
    await world.start();
    expect((await world.effectsReach(6)).map(({ n }) => n)).toEqual([1, 2, 3, 1, 2, 3]);
  });

  function differentPartitionFrom(key: string): string {
    for (let i = 0; ; i++) if (partitionOf(`big${i}`) !== partitionOf(key)) return `big${i}`;
  }
});

describe.each(['rabbitmq', 'kafka'] as const)('when %s does not confirm in time', (broker) => {
  let world: World;
  let proxy: BrokerProxy;
  beforeAll(async () => {
    [world, proxy] = await Promise.all([World.make(broker), brokerProxy()]);
  });
  afterAll(async () => {
    // The proxy closes first: after a failed test a stop would wait for the answers that it holds.
    await proxy.close();
    await world.close();
  });

  // An old connection would go on sending in the background: 8 copies of a row instead of 1.
  test('its connection is closed before the lane claims again, and copies act once', async () => {
    const network = proxy.networks[broker];
    await world.start({ contracts: [unhandled(world.contract)], handles: false, rabbitmq: proxy.rabbitmq, kafka: proxy.kafka });
    await world.send({ key: 'before', n: 1 });
    await eventually('the relay works', async () => (await world.outbox()).length === 0);
    // For Kafka a second one asks every two seconds whether the broker is there: opened later, it would pass for a new producer's.
    const open = broker === 'kafka' ? 2 : 1;
    await eventually('all its connections are open', () => network.open === open);
    const { connections } = network;
    network.holdAnswers();
    await world.send(...series('held', 5));
    await eventually('the relay has connected anew', () => network.connections > connections);
    // What waits for its answer is closed; the new connection is the only one that the relay publishes by.
    expect(network.open).toBeLessThanOrEqual(open);
    expect(await world.outbox()).toHaveLength(5);
    network.heal();
    network.cut();
    await eventually('all has gone', async () => (await world.outbox()).length === 0);
    if (broker === 'kafka') expect(await recordsIn(world.service)).toBeLessThanOrEqual(1 + 2 * 5);
    await world.start();
    await world.effectsReach(6);
    await eventually('the copies were seen', async () => (await queued(world)) === 0);
    expect((await world.effects('held')).map(({ n }) => n).toSorted()).toEqual([1, 2, 3, 4, 5]);
  });
});

/** Commands that nobody has taken yet; events are not counted. */
async function queued(world: World): Promise<number> {
  if (world.broker === 'kafka') return 0;
  return withRabbit(async (channel) => (await channel.checkQueue(queueOf(world.service))).messageCount);
}

async function withRabbit<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await openConnection(testStack().rabbitmq, 'spec');
  try {
    return await work(await connection.createChannel());
  } finally {
    await connection.close();
  }
}

describe('a message that leads nowhere', () => {
  test('by RabbitMQ, without a binding, stays in the outbox with its reason until the deploy step has run', async () => {
    const world = await World.make('rabbitmq');
    await withRabbit((channel) => channel.unbindQueue(queueOf(world.service), exchangeOf(world.service), world.contract.type));
    await world.start();
    await world.send({ key: 'lost', n: 1 });
    await eventually('the relay has noticed, again and again', async () => (await world.outbox())[0]!.attempts > 2);
    expect((await world.outbox())[0]!.last_error).toMatch(/no queue is bound/);
    await world.deploy();
    await world.effectsReach(1);
    await world.quiet();
    await world.close();
  });

  test('by Kafka, without a topic, stays in the outbox with its reason until the deploy step has run', async () => {
    const world = await World.make('kafka', { deployed: false });
    await world.start({ contracts: [unhandled(world.contract)], handles: false });
    await world.send({ key: 'lost', n: 1 });
    const row = await eventually('the relay has noticed', async () =>
      (await world.outbox()).find(({ attempts }) => attempts > 0),
    );
    expect(row.last_error).toMatch(/does not host this topic/);
    await world.deploy();
    await world.start();
    await world.effectsReach(1);
    await world.quiet();
    await world.close();
  });
});

describe('a scheduled message', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.make('rabbitmq');
  });
  afterEach(() => world.stop());
  afterAll(() => world.close());
  type Command = Parameters<Parameters<Parameters<World['sender']['run']>[0]>[0]['schedule']>[0];
  const schedule = (payload: Payload, inMs: number) =>
    world.sender.run(async (tx) => tx.schedule(world.contract as Command, payload, { afterMs: inMs }));

  test('fires once, not before its time; scheduled again it moves; unscheduled it never fires', async () => {
    await schedule({ key: 'moved', n: 1 }, 50);
    const notBefore = Date.now() + 1_500;
    await schedule({ key: 'moved', n: 2 }, 1_500);
    await schedule({ key: 'gone', n: 1 }, 300);
    await world.sender.run(async (tx) => tx.unschedule(world.contract as Command, 'gone'));
    // Until here no process moves timers: what was moved or taken away too late would fire.
    await world.start();
    expect(await world.effectsReach(1)).toMatchObject([{ key: 'moved', n: 2 }]);
    expect(Date.now()).toBeGreaterThanOrEqual(notBefore);
    await schedule({ key: 'last', n: 1 }, 0);
    await world.effectsReach(2);
    expect((await world.effects()).map(({ key }) => key)).toEqual(['moved', 'last']);
    expect(await world.query('SELECT * FROM scheduled')).toEqual([]);
  });

  test('waits for seven days at most', async () => {
    const days = (n: number) => n * 86_400_000;
    await expect(schedule({ key: 'far', n: 1 }, days(7) + 1)).rejects.toThrow('is not between 0 and 7 days');
    await expect(schedule({ key: 'back', n: 1 }, -1)).rejects.toThrow('is not between 0 and 7 days');
    await schedule({ key: 'week', n: 1 }, days(7));
    const [timer] = await world
      .query(`DELETE FROM scheduled RETURNING due_at <= now() + interval '7 days' AS "inTime"`)
      .then((rows) => rows as unknown[]);
    expect(timer).toBeDefined();
  });

  // A stack that was off for three weeks, with an order in it: the id of its timer's setting would be older than any inbox remembers.
  test('fires after weeks in which nothing ran, and is handled', async () => {
    await schedule({ key: 'three weeks', n: 1 }, 0);
    const [timer] = await world.query<{ body: Buffer; message_id: string }>(`SELECT body, message_id FROM scheduled`);
    const old = idOf(Date.now() - 21 * 86_400_000);
    const body = Buffer.from(timer!.body.toString().replace(timer!.message_id, old));
    await world.query(`UPDATE scheduled SET message_id = $1, body = $2, due_at = now() - interval '20 days'`, [old, body]);
    await world.start();
    const [effect] = await world.effectsReach(1, { key: 'three weeks' });
    expect(effect!.message_id).not.toBe(old);
    expect(await world.parked()).toEqual([]);
  });

  // Replicas agree on one clock alone. A process whose own is four minutes ahead must not end a deadline of two; one that is further
  // off does nothing.
  test('is due by the clock of the database, not by that of a process', async () => {
    await world.start();
    const rightTime = Date.now;
    const wrong = jest.spyOn(Date, 'now').mockImplementation(() => rightTime() + 240_000);
    await schedule({ key: 'two minutes', n: 1 }, 120_000);
    await schedule({ key: 'now', n: 1 }, 0);
    await world.effectsReach(1, { key: 'now' });
    wrong.mockRestore();
    expect(await world.query('SELECT key FROM scheduled')).toEqual([{ key: 'two minutes' }]);
  });
});

// Two services never send as one another: the type's owner is part of the contract.
test('a service cannot send what its contract does not name it for', async () => {
  const world = await World.make('kafka', { deployed: false });
  const foreign = { ...world.contract, emittedBy: 'another' } as typeof world.contract;
  const sent = world.sender.run(async (tx) => tx.send(foreign, { key: 'k', n: 1 }));
  await expect(sent).rejects.toThrow(`${world.service} is not among its senders`);
  expect(topicOf(world.service)).toBe(`${world.service}.events`);
  await world.close();
});
