import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '@waybill/testing';
import { unhandled } from '../test/contract.js';
import { startReplica } from '../test/start-replica.js';
import { World } from '../test/world.js';
import type { Messaging } from './messaging.js';

let world: World;
afterEach(() => world.close());

// The promise that the whole core is built around, with everything against it at once: twenty keys that every transaction
// wants, three relays, a handler that fails one time in ten, and consumers that are killed while they work.
test('each key sees the order of commits: 3 relays, 20 hot keys, 10 % failing, consumers killed again and again', async () => {
  const KEYS = 20;
  const PER_KEY = 60;
  const KILLS = 6;
  world = await World.make('kafka');
  const tuning = { maxAttempts: 1_000, retryBackoffMs: 5, retryBackoffCapMs: 40, kafkaSessionMs: 1_500, killLimit: 1_000 };
  await world.query(`CREATE TABLE hot (key text PRIMARY KEY, version int NOT NULL)`);
  await world.query(`INSERT INTO hot SELECT 'hot' || n, 0 FROM generate_series(1, $1) AS n`, [KEYS]);

  const relays: Messaging[] = [];
  for (let i = 0; i < 3; i++) {
    relays.push(
      await world.start({
        contracts: [unhandled(world.contract)],
        handles: false,
        tuning: { relayBatchRows: 25 },
        database: await world.database.another({ poolSize: 4 }),
      }),
    );
  }
  // The version is counted under the row's lock, so it is the order of commits.
  const change = async (relay: (typeof relays)[number]) => {
    const key = `hot${1 + Math.floor(Math.random() * KEYS)}`;
    await relay.unitOfWork.run(async (tx) => {
      const [row] = await tx.query<{ version: number }>(
        `UPDATE hot SET version = version + 1 WHERE key = $1 AND version < $2 RETURNING version`,
        [key, PER_KEY],
      );
      if (row) tx.send(world.contract, { key, n: row.version });
    });
  };
  const committing = relays.map(async (relay) => {
    const left = async () => (await world.query(`SELECT 1 FROM hot WHERE version < $1 LIMIT 1`, [PER_KEY])).length > 0;
    while (await left()) await Promise.all(Array.from({ length: 20 }, () => change(relay)));
  });

  const behaviour = { fail: 0.1 };
  const workers = await Promise.all([startReplica(world, behaviour, tuning), startReplica(world, behaviour, tuning)]);
  for (let kill = 1; kill <= KILLS; kill++) {
    await world.effectsReach((kill * KEYS * PER_KEY) / (KILLS + 2), { timeoutMs: 40_000 });
    const doomed = workers.shift()!;
    doomed.signal('SIGKILL');
    await doomed.ended;
    workers.push(await startReplica(world, behaviour, tuning));
  }
  await Promise.all(committing);
  await world.effectsReach(KEYS * PER_KEY, { timeoutMs: 60_000 });
  await world.quiet();
  for (const worker of workers) worker.signal('SIGTERM');
  await Promise.all(workers.map(({ ended }) => ended));

  const seen = Map.groupBy(await world.effects(), ({ key }) => key);
  expect(seen.size).toBe(KEYS);
  const inOrder = Array.from({ length: PER_KEY }, (_, index) => index + 1);
  for (const effects of seen.values()) expect(effects.map(({ n }) => n)).toEqual(inOrder);
  const retried = [...seen.values()].flat().filter(({ attempt }) => attempt > 1).length;
  expect(retried).toBeGreaterThan((KEYS * PER_KEY) / 50);
});

test.each(['rabbitmq', 'kafka'] as const)(
  'a message by %s that kills every consumer ends as a dead letter, and the others go on',
  async (broker) => {
    world = await World.make(broker);
    // The deadline is far above what an innocent needs: a suspect that outlives its claim counts as one more crash.
    const tuning = { kafkaSessionMs: 1_000, handlerDeadlineMs: 2_000, deliveryBatch: 10, prefetch: 10 };
    await world.send({ key: 'killer', n: 1 }, { key: 'innocent', n: 1 }, { key: 'innocent', n: 2 });
    await world.start({ contracts: [unhandled(world.contract)], handles: false });
    let killed = 0;
    const dead = () => world.parked('killer').then((rows) => rows.find(({ state }) => state === 'dead'));
    while (!(await dead())) {
      const worker = await startReplica(world, { die: true }, tuning);
      let over = false;
      void worker.ended.then(() => (over = true));
      await eventually('the worker is dead, or the message is', async () => over || (await dead()) !== undefined, {
        timeoutMs: 30_000,
      });
      if (over) killed += 1;
      // The workers that are left stop cleanly: a kill by the spec would make the next one a suspect.
      worker.signal('SIGTERM');
      await worker.ended;
      expect(killed).toBeLessThan(12);
    }
    expect(killed).toBeGreaterThan(1);
    await world.start();
    expect((await world.effectsReach(2, { key: 'innocent' })).map(({ n }) => n).toSorted()).toEqual([1, 2]);
    expect(await world.effects('killer')).toEqual([]);
  },
);
