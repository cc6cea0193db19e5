import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { queueOf } from '@waybill/contract-kit';
import { eventually, limitRabbitMemory, tcpProxy, testStack } from '@waybill/testing';
import fc from 'fast-check';
import { contractOf, unhandled } from '../../test/contract.js';
import { FakePublisher } from '../../test/fake-publisher.js';
import { allowToSend, connectionsOf, userThatMaySend } from '../../test/rabbit-admin.js';
import { fastTuning, gate, series, World } from '../../test/world.js';
import { openConnection } from '../brokers/rabbitmq/connection.js';
import { silent } from '../message.js';
import { pathOf } from './outbox.js';
import type { Published } from './relay.js';
import { RelayLane } from './relay.js';
import { defaultTuning } from '../tuning.js';

const tuning = { ...defaultTuning, ...fastTuning };
const GIGABYTE = 1_000_000_000;

/** How often messages lie in the queue of a service, by what they say, without taking them away. */
async function copies(world: World): Promise<number> {
  const connection = await openConnection(testStack().rabbitmq, 'spec');
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(queueOf(world.service));
  await connection.close();
  return messageCount;
}

describe('a type that RabbitMQ refuses', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.make('rabbitmq');
  });
  afterAll(() => world.close());

  // As in an upgrade that sends a new command before its rights are loaded. The broker closes the channel for it.
  test('waits with its reason; the others go on and are sent twice at most; it leaves when its rights are there', async () => {
    const added = contractOf('rabbitmq', world.service, 'added');
    await world.deploy([world.contract, added]);
    const rabbitmq = await userThatMaySend(world.service, [world.contract.type]);
    const contracts = [world.contract, added].map(unhandled);
    await world.send(...series('before', 20));
    await world.sender.run(async (tx) => {
      for (let n = 1; n <= 5; n++) tx.send(added, { key: `new${n}`, n });
    });
    await world.start({ contracts, handles: false, rabbitmq });
    await eventually('what may be sent has gone', async () => (await world.outbox()).length === 5);
    for (let round = 1; round <= 5; round++) {
      await world.send(...series('after', 20));
      await world.sender.run(async (tx) => tx.send(added, { key: `later${round}`, n: 1 }));
      await eventually(`so has the rest of round ${round}`, async () => (await world.outbox()).length === 5 + round);
    }
    expect((await world.outbox())[0]!.last_error).toMatch(/ACCESS_REFUSED/);
    expect(await copies(world)).toBeLessThanOrEqual(2 * 20 + 5 * 20);
    await allowToSend(world.service, [world.contract.type, added.type]);
    await eventually('all has gone', async () => (await world.outbox()).length === 0);
    await world.stop();
    expect(await copies(world)).toBeLessThanOrEqual(2 * 20 + 5 * 20 + 10);
  });
});

describe('a memory alarm of RabbitMQ', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.make('rabbitmq');
  });
  afterEach(() => limitRabbitMemory(GIGABYTE));
  afterAll(() => world.close());

  test('costs no connection however long it lasts, and one claim of copies at most', async () => {
    const network = await tcpProxy(testStack().rabbitmq);
    const rabbitmq = { ...testStack().rabbitmq, port: network.port, ca: undefined };
    const publishTimeoutMs = 400;
    await world.start({ contracts: [unhandled(world.contract)], handles: false, rabbitmq, tuning: { publishTimeoutMs } });
    await world.send({ key: 'before', n: 1 });
    await eventually('the relay works', async () => (await world.outbox()).length === 0);
    limitRabbitMemory(1_000_000);
    await world.send(...series('blocked', 300));
    // Ten times the time after which a claim is given up.
    const until = Date.now() + 10 * publishTimeoutMs;
    await eventually('the alarm has lasted', () => Date.now() > until);
    expect(network.connections).toBe(1);
    network.cut();
    const again = Date.now() + 10 * publishTimeoutMs;
    await eventually('it has lasted after a lost connection, too', () => Date.now() > again);
    expect(network.connections).toBe(2);
    await eventually('the broker, too, has one', async () => (await connectionsOf(`${world.service} relay`)).length === 1);
    limitRabbitMemory(GIGABYTE);
    await eventually('all has gone', async () => (await world.outbox()).length === 0);
    await world.stop();
    // What waited in the first connection is lost with it or taken in, the second one holds a single row.
    expect(await copies(world)).toBeLessThanOrEqual(1 + 300 + 300 + 1);
    await network.close();
  });
});

describe('the relay', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.make('kafka', { deployed: false });
  });
  afterEach(() => world.query('DELETE FROM outbox'));
  afterAll(() => world.close());

  /** A broker that closes paths and refuses rows as long as it is told to. */
  class Choosy extends FakePublisher {
    closed: (path: string) => boolean = () => false;

    override async publish(rows: Parameters<FakePublisher['publish']>[0]): Promise<Published> {
      const [shut, open] = [true, false].map((is) => rows.filter((row) => this.closed(pathOf('kafka', row)) === is));
      const answer = await super.publish(open!);
      const paths = new Set(shut!.map((row) => pathOf('kafka', row)));
      return { ...answer, closed: [...paths].map((path) => ({ path, reason: 'the spec closes it' })) };
    }
  }

  test('lets no partition wait for another one, even if its rows fill a whole claim', async () => {
    const stuck = pathOf('kafka', { type: '', key: 'stuck' });
    const other = Array.from({ length: 20 }, (_, n) => `k${n}`).find((key) => pathOf('kafka', { type: '', key }) !== stuck)!;
    await world.send(...series('stuck', 60), ...series(other, 60));
    const broker = new Choosy('kafka');
    broker.closed = (path) => path === stuck;
    const lane = new RelayLane(world.database.dataSource, broker, { ...tuning, relayBatchRows: 50 }, silent);
    lane.start();
    await eventually('the others have gone', async () => (await world.outbox()).every(({ key }) => key === 'stuck'));
    const { length } = broker.claims;
    const until = Date.now() + 500;
    await eventually('half a second has passed', () => Date.now() > until);
    // It backs off: 50 rows again and again, without a pause, would be hundreds of claims.
    expect(broker.claims.length - length).toBeLessThan(20);
    broker.closed = () => false;
    await eventually('all has gone', async () => (await world.outbox()).length === 0);
    await lane.stop();
    const ids = broker.sent.filter(({ key }) => key === 'stuck').map(({ id }) => Number(id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  test('a refusal of one is not the refusal of all: whatever is refused or closed, all else leaves, in order per key', async () => {
    const keys = fc.array(
      fc.integer({ min: 0, max: 11 }).map((n) => `key${n}`),
      { minLength: 1, maxLength: 60 },
    );
    const chosen = fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 6 });
    const property = fc.asyncProperty(
      keys,
      chosen,
      chosen,
      fc.integer({ min: 1, max: 20 }),
      async (sent, refuse, close, batch) => {
        await world.send(...sent.map((key, n) => ({ key, n: n + 1 })));
        let hard = true;
        const refusedKeys = new Set(refuse.map((n) => `key${n}`));
        const closedPaths = new Set(close.map((n) => pathOf('kafka', { type: '', key: `key${n}` })));
        const broker = new Choosy('kafka', ({ key }) => hard && refusedKeys.has(key));
        broker.closed = (path) => hard && closedPaths.has(path);
        const waits = (key: string) => refusedKeys.has(key) || closedPaths.has(pathOf('kafka', { type: '', key }));
        const lane = new RelayLane(world.database.dataSource, broker, { ...tuning, relayBatchRows: batch }, silent);
        lane.start();
        await eventually('all that is taken has gone', async () => (await world.outbox()).every(({ key }) => waits(key)));
        hard = false;
        await eventually('the rest has gone', async () => (await world.outbox()).length === 0);
        await lane.stop();
        expect(broker.sent).toHaveLength(sent.length);
        for (const [, rows] of Map.groupBy(broker.sent, ({ key }) => key)) {
          const ids = rows.map(({ id }) => Number(id));
          expect(ids).toEqual(ids.toSorted((a, b) => a - b));
        }
      },
    );
    await fc.assert(property, { numRuns: 20, interruptAfterTimeLimit: 30_000 });
  });

  // The longer an outage was, the longer the last claims of a replica would take: it takes no orders meanwhile.
  test('stops after one claim, however much waits', async () => {
    await world.query(
      `INSERT INTO outbox (lane, message_id, type, key, body)
       SELECT 'kafka', gen_random_uuid(), 'much.v1', 'key' || n % 100, '{}' FROM generate_series(1, 30000) AS n`,
    );
    const broker = new FakePublisher('kafka');
    const first = gate();
    const publish = broker.publish.bind(broker);
    broker.publish = async (rows) => {
      await first.opened;
      return publish(rows);
    };
    const lane = new RelayLane(world.database.dataSource, broker, tuning, silent);
    lane.start();
    await eventually(
      'a claim is on its way',
      async () => (await world.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'")).length > 0,
    );
    const stopped = lane.stop();
    first.open();
    await stopped;
    expect(broker.claims.length).toBeLessThanOrEqual(3);
    expect((await world.outbox()).length).toBeGreaterThanOrEqual(30_000 - 3 * tuning.relayBatchRows);
  });

  // A suspended process may commit seconds after it has drawn its positions.
  test('keeps the order of a key whose first row is committed long after later ones of other keys', async () => {
    const late = gate();
    const drawn = gate();
    const slow = world.database.dataSource.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO outbox (lane, message_id, type, key, body) VALUES ('kafka', gen_random_uuid(), 'slow.v1', 'slow', '1')`,
      );
      drawn.open();
      await late.opened;
    });
    await drawn.opened;
    const broker = new FakePublisher('kafka');
    const lane = new RelayLane(world.database.dataSource, broker, tuning, silent);
    lane.start();
    for (let round = 1; round <= 5; round++) {
      await world.send({ key: `other${round}`, n: 1 });
      const until = Date.now() + 2 * tuning.relayPollMs;
      await eventually('it has gone, and several polls have passed', () => broker.sent.length === round && Date.now() > until);
    }
    late.open();
    await slow;
    await world.send({ key: 'slow', n: 2 });
    lane.wake();
    await eventually('all has gone', async () => (await world.outbox()).length === 0);
    await lane.stop();
    expect(broker.sent.filter(({ key }) => key === 'slow').map(({ type }) => type)).toEqual(['slow.v1', world.contract.type]);
  });
});
