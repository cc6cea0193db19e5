import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventEmitter } from 'node:events';
import { bench } from '../test/delivery.js';
import { World } from '../test/world.js';
import { Reject, Transient } from './errors.js';
import { UnitOfWork } from './transaction.js';

let world: World;
beforeAll(async () => {
  world = await World.make('kafka', { deployed: false });
});
afterAll(() => world.close());

/** What one connection completes while `work` runs. */
async function completed(work: (delivery: ReturnType<typeof bench>) => Promise<void>): Promise<string[]> {
  const database = await world.database.another({ poolSize: 1 });
  const runner = database.createQueryRunner();
  const { connection } = (await runner.connect()) as { connection: EventEmitter };
  await runner.release();
  const tags: string[] = [];
  connection.on('commandComplete', ({ text }: { text: string }) => tags.push(text.split(' ')[0]!));
  await work(bench(world, { unitOfWork: new UnitOfWork(database, world.service) }));
  return tags;
}

test('a batch of sixty orders costs the statements of one', async () => {
  const of = (count: number, keys: string) =>
    completed(({ delivery, batch }) =>
      delivery.deliver(batch(...Array.from({ length: count }, (_, n) => world.message({ key: `${keys}-${n}`, n: n + 1 })))),
    );
  const one = await of(1, 'one');
  const sixty = await of(60, 'sixty');
  expect(await world.effects()).toHaveLength(61);
  expect(sixty).toEqual(one);
  expect(one.filter((tag) => tag === 'COMMIT')).toHaveLength(1);
});

test('messages of one order in one batch are handled one after the other', async () => {
  const tags = await completed(({ delivery, batch }) =>
    delivery.deliver(batch(...[1, 2, 3].map((n) => world.message({ key: 'same', n })))),
  );
  expect((await world.effects('same')).map(({ n }) => n)).toEqual([1, 2, 3]);
  expect(tags.filter((tag) => tag === 'COMMIT')).toHaveLength(1);
});

test('batches of several partitions that wait at the same time share one transaction', async () => {
  const tags = await completed(async ({ delivery, batch }) => {
    const partitions = Array.from({ length: 7 }, (_, partition) =>
      batch(...[1, 2, 3].map((n) => world.message({ key: `partition-${partition}-${n}`, n }))),
    );
    await Promise.all(partitions.map((messages) => delivery.deliver(messages)));
  });
  expect((await world.effects()).filter(({ key }) => key.startsWith('partition-'))).toHaveLength(21);
  // The first one did not wait for the others.
  expect(tags.filter((tag) => tag === 'COMMIT')).toHaveLength(2);
});

test('a message that fails sends the other batches of its transaction on, each in one of its own', async () => {
  const { delivery, batch } = bench(world, {
    script: ({ data }) => {
      if (data.n === 13) throw new Reject('thirteen');
    },
  });
  const failing = [12, 13, 14].map((n) => world.message({ key: `failing-${n}`, n }));
  const healthy = [1, 2].map((n) => world.message({ key: `healthy-${n}`, n }));
  await Promise.all(
    [batch(world.message({ key: 'first', n: 1 })), batch(...failing), batch(...healthy)].map((b) => delivery.deliver(b)),
  );
  const keys = (await world.effects()).map(({ key }) => key);
  expect(keys).toEqual(expect.arrayContaining(['first', 'failing-12', 'failing-14', 'healthy-1', 'healthy-2']));
  expect(keys).not.toContain('failing-13');
  expect((await world.parked()).map(({ key, state }) => [key, state])).toEqual([['failing-13', 'dead']]);
});

test('a parked event holds back its key in its own stream, and not the same key in the stream of another service', async () => {
  const { delivery, batch } = bench(world, {
    script: ({ data }) => {
      if (data.n === 1) throw new Transient('not yet');
    },
    tuning: { retryBackoffMs: 60_000, retryBackoffCapMs: 60_000 },
  });
  const [first, later, other] = batch(...[1, 2, 3].map((n) => world.message({ key: 'held', n })));
  await delivery.deliver([first!]);
  const elsewhere = { ...other!, stream: 'another.events' };
  await Promise.all([batch(world.message({ key: 'alone', n: 9 })), [later!], [elsewhere]].map((b) => delivery.deliver(b)));
  expect((await world.effects('held')).map(({ n }) => n)).toEqual([3]);
  expect(await world.parked('held')).toHaveLength(2);
});

test('a handler that takes long holds up its own batch, and no other', async () => {
  const slow = Promise.withResolvers<void>();
  const { delivery, batch } = bench(world, {
    script: ({ key }) => (key === 'slow' ? slow.promise : undefined),
    tuning: { batchPatienceMs: 50 },
  });
  const held = delivery.deliver(batch(world.message({ key: 'slow', n: 1 })));
  await delivery.deliver(batch(world.message({ key: 'quick', n: 1 })));
  await delivery.deliver(batch(world.message({ key: 'quick', n: 2 })));
  expect(await world.effects('slow')).toEqual([]);
  expect(await world.effects('quick')).toHaveLength(2);
  slow.resolve();
  await held;
  expect(await world.effects('slow')).toHaveLength(1);
});
