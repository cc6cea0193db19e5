import { type Layer, rate } from './layer.ts';
import { EFFECT, HAPPENED, type LayerWorld, payload } from './world.ts';

const CALLS = 4_000;
const AT_ONCE = 64;

/** A row and a message: requests that wait at the same time, each for its own commit. */
export function commitLayer({ database, sender }: LayerWorld): Layer {
  const { sharedTransaction, unitOfWork } = sender();
  const call = (transactions: Pick<typeof unitOfWork, 'run'>) => (n: number) =>
    transactions.run(async (tx) => {
      await tx.batched(EFFECT, `key-${n}`, 'x');
      tx.send(HAPPENED, payload(n));
    });
  const many = async (one: (n: number) => Promise<void>) => {
    const reached = await rate(CALLS, async () => {
      let next = 0;
      const caller = async () => {
        while (next < CALLS) await one((next += 1));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, caller));
    });
    await database.query('TRUNCATE outbox, effect');
    return reached;
  };
  return {
    name: 'commit',
    unit: 'calls, each with a row and a message',
    raw: 'the same rows in multi-row statements of 64, one commit each',
    ways: {
      waybill: () => many(call(sharedTransaction)),
      raw: async () => {
        const rows = Array.from({ length: AT_ONCE }, (_, n) => `key-${n}`);
        const body = Buffer.from(JSON.stringify(payload(1)).padEnd(450));
        const reached = await rate(CALLS, async () => {
          for (let n = 0; n < CALLS; n += AT_ONCE)
            await database.query(
              `WITH kept AS (INSERT INTO effect (key, text) SELECT key, 'x' FROM unnest($1::text[]) AS key RETURNING key)
               INSERT INTO outbox (lane, message_id, type, key, body)
               SELECT 'kafka', gen_random_uuid(), 'bench.happened.v1', key, $2 FROM kept`,
              [rows, body],
            );
        });
        await database.query('TRUNCATE outbox, effect');
        return reached;
      },
      'a transaction for each call': () => many(call(unitOfWork)),
    },
  };
}
