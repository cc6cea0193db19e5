import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bench } from '../../test/delivery.js';
import type { Payload } from '../../test/contract.js';
import { World } from '../../test/world.js';
import { batched, batchedRead } from '../batched.js';
import type { Message } from '../message.js';
import type { Transaction } from '../transaction.js';

let world: World;
beforeAll(async () => {
  world = await World.make('kafka', { deployed: false });
  await world.query(`CREATE TABLE counter (key text PRIMARY KEY, n int NOT NULL DEFAULT 0)`);
});
afterAll(() => world.close());

const READ = batchedRead<[key: string], { readonly key: string }>(
  `SELECT key FROM counter WHERE key = ANY($1::text[])`,
  ({ key }) => key,
);
const LOCK = batched<[key: string], { readonly key: string }>(
  `SELECT key FROM counter WHERE key = ANY($1::text[]) ORDER BY key FOR UPDATE`,
  ({ key }) => key,
);
// Each message has its own key here: nothing but the order of the messages themselves holds one of them back.
const NOTE = batched<[id: string, key: string, n: number]>(
  `INSERT INTO effect (message_id, key, n, attempt) SELECT *, 1 FROM unnest($1::uuid[], $2::text[], $3::int[])`,
);

type Step = (message: Message<Payload>, tx: Transaction) => Promise<unknown>;

/** What a handler may do before it writes. At some of these its neighbours go on, and at others they do not. */
const STEPS: Readonly<Record<string, Step>> = {
  'asks for its row': ({ key }, tx) => tx.batched(LOCK, key),
  'asks for a row of another': (_, tx) => tx.batched(LOCK, 'shared'),
  'reads what others may read': ({ key }, tx) => tx.batched(READ, key),
  'queries alone': (_, tx) => tx.query('SELECT 1'),
  'waits for a turn of the event loop': () => nextTurn(),
};
const writes = fc.constantFrom<Step>(
  ({ id, key, data }, tx) => tx.batched(NOTE, id, key, data.n),
  ({ id, key, data }, tx) =>
    tx.query(`INSERT INTO effect (message_id, key, n, attempt) VALUES ($1, $2, $3, 1)`, [id, key, data.n]),
);
const plans = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    steps: fc.array(fc.constantFrom(...Object.keys(STEPS)), { maxLength: 3 }),
    write: writes,
  }),
  { minLength: 2, maxLength: 12 },
);

test('whatever the handlers of a batch do, and in whichever order they ask, each key sees the order of its events', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (events) => {
      await world.query(`TRUNCATE effect, outbox, counter`);
      await world.query(`INSERT INTO counter (key) VALUES ('a'), ('b'), ('c'), ('shared')`);
      const { delivery, batch } = bench(world, {
        handler: async (untyped, tx) => {
          const message = untyped as Message<Payload>;
          const { steps, write } = events[message.data.n - 1]!;
          const [before] = await tx.query<{ n: number }>(`SELECT n FROM counter WHERE key = $1 FOR UPDATE`, [message.key]);
          for (const step of steps) await STEPS[step]!(message, tx);
          await write(message, tx);
          await tx.query(`UPDATE counter SET n = $2 WHERE key = $1`, [message.key, before!.n + 1]);
          tx.send(world.contract, { key: message.key, n: message.data.n });
        },
      });
      await delivery.deliver(batch(...events.map(({ key }, index) => world.message({ key, n: index + 1 }))));

      const sent = await world.query<{ key: string; body: Buffer }>(`SELECT key, body FROM outbox ORDER BY id`);
      const sentBy = sent.map(({ key, body }) => ({ key, n: (JSON.parse(body.toString()) as { data: Payload }).data.n }));
      const effects = await world.effects();
      for (const key of ['a', 'b', 'c']) {
        const inOrder = events.flatMap((event, index) => (event.key === key ? [index + 1] : []));
        expect(effects.filter((effect) => effect.key === key).map(({ n }) => n)).toEqual(inOrder);
        expect(sentBy.filter((message) => message.key === key).map(({ n }) => n)).toEqual(inOrder);
        expect(await world.query(`SELECT n FROM counter WHERE key = $1`, [key])).toEqual([{ n: inOrder.length }]);
      }
    }),
    { numRuns: 100 },
  );
});
