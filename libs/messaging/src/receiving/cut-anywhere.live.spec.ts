import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, tcpProxy, testStack } from '@waybill/testing';
import { bench } from '../../test/delivery.js';
import { noteEffect, World } from '../../test/world.js';
import { UnitOfWork } from '../transaction.js';
import type { Delivery } from './delivery.js';
import type { Received } from './received.js';

let world: World;
beforeAll(async () => {
  world = await World.make('kafka', { deployed: false });
});
afterAll(() => world.close());

type Deliver = (delivery: Delivery, received: Received) => Promise<void>;

/** Delivers a message until it is safe, and cuts the connection at that answer of the database. False: there were fewer answers. */
async function cutAt(answer: number, key: string, outside: boolean, deliver: Deliver): Promise<boolean> {
  let left = Infinity;
  const network = await tcpProxy(testStack().postgres, (bytes) => {
    if ((left -= 1) === 0) network.cut();
    return bytes;
  });
  const database = await world.database.another({ through: network });
  const { delivery, retries, batch } = bench(world, {
    unitOfWork: new UnitOfWork(database, world.service),
    script: (_, tx) => tx.send(world.contract, { key, n: 2 }),
    ...(outside && {
      outside: (message, delivery) =>
        delivery.settle(async (tx, first) => {
          if (!first) return;
          await noteEffect(tx, message as never);
          tx.send(world.contract, { key, n: 2 });
        }),
    }),
  });
  await database.query('SELECT 1');
  const message = world.message({ key, n: 1 });
  const [received] = batch(message);
  left = answer;
  // A delivery that throws is not acknowledged: the broker brings its message again.
  await eventually('the delivery is safe', async () => {
    await deliver(delivery, received!);
    return true;
  });
  const wasCut = left <= 0;
  left = Infinity;
  await world.query(`UPDATE parked SET next_attempt_at = now() WHERE key = $1`, [key]);
  retries.start();
  await eventually('nothing waits', async () => (await world.parked(key)).length === 0).finally(() => retries.stop());
  // And one copy more.
  await deliver(delivery, received!);
  expect({ answer, effects: (await world.effects(key)).length }).toEqual({ answer, effects: 1 });
  expect((await world.outbox()).filter((row) => row.key === key)).toHaveLength(1);
  await network.close();
  return wasCut;
}

test.each<[string, boolean, Deliver]>([
  ['a message', false, (delivery, received) => delivery.deliver([received])],
  ['a first event of an assignment', false, (delivery, received) => delivery.deliverCautiously([received])],
  ['a command for the outside world', true, (delivery, received) => delivery.deliverOutside(received as never)],
])(
  '%s whose connection breaks at any answer of the database takes effect once, and sends once',
  async (what, outside, deliver) => {
    let answer = 1;
    while (await cutAt(answer, `${what} ${answer}`, outside, deliver)) answer += 1;
    // A transaction has at least its beginning, its inbox row, its effect, its messages and its end.
    expect(answer).toBeGreaterThan(5);
  },
);
