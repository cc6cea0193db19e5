import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventEmitter } from 'node:events';
import { bench } from '../test/delivery.js';
import { World } from '../test/world.js';
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
