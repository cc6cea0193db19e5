import type { Messaging, Tuning } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { type Layer, rate, until } from './layer.ts';
import { EFFECT, HAPPENED, type LayerWorld, payload } from './world.ts';

const MESSAGES = 10_000;
/** A fresh consumer takes its first messages one by one, which would say little of the rest. */
const UNTIL_IT_RUNS = 0.3;

/** From Kafka to the committed effect: read, check, inbox, handler, commit, offset. */
export function consumeLayer({ database, sender, consumer }: LayerWorld): Layer {
  const consume = async (count: number, tuning: Partial<Tuning> = {}) => {
    await database.query('TRUNCATE effect');
    await sendAll(sender(), count);
    const replica = consumer(tuning);
    replica.handle(HAPPENED, async ({ key, data }, tx) => void (await tx.batched(EFFECT, key, data.text)));
    try {
      await replica.start();
      await until('the events are handled', async () => (await effects()) >= count);
    } finally {
      await replica.stop();
    }
    const [{ ms }] = (await database.query(
      `SELECT extract(epoch FROM max(at) - min(at)) * 1000 AS ms FROM (SELECT at FROM effect ORDER BY at OFFSET $1) AS later`,
      [UNTIL_IT_RUNS * count],
    )) as [{ ms: string }];
    return (1_000 * (1 - UNTIL_IT_RUNS) * count) / Number(ms);
  };
  const effects = async () => Number(((await database.query('SELECT count(*) AS n FROM effect')) as [{ n: string }])[0].n);
  return {
    name: 'consume',
    unit: 'events, each with a row',
    raw: 'the inbox row and the row in statements of 100, one commit each',
    ways: {
      waybill: () => consume(MESSAGES),
      raw: async () => {
        await database.query('TRUNCATE effect');
        const rows = Array.from({ length: 100 }, (_, n) => payload(n));
        return rate(MESSAGES, async () => {
          for (let n = 0; n < MESSAGES; n += rows.length)
            await database.query(
              `WITH known AS (
                 INSERT INTO inbox (id, day) SELECT id, (now() AT TIME ZONE 'UTC')::date FROM unnest($1::uuid[]) AS id ON CONFLICT DO NOTHING)
               INSERT INTO effect (key, text) SELECT * FROM unnest($2::text[], $3::text[])`,
              [rows.map(() => randomUUID()), rows.map(({ key }) => key), rows.map(({ text }) => text)],
            );
        });
      },
      'a transaction for each message': () => consume(1_000, { deliveryBatch: 1 }),
      'one partition at a time': () => consume(MESSAGES, { kafkaPartitionsAtOnce: 1 }),
    },
  };
}

/** Through the outbox and the relay, as a service sends. */
async function sendAll(sender: Messaging, count: number): Promise<void> {
  await sender.start();
  try {
    for (let n = 0; n < count; n += 500)
      await sender.unitOfWork.run(async (tx) => {
        for (let i = n; i < Math.min(count, n + 500); i += 1) tx.send(HAPPENED, payload(i));
      });
    await until('the events are sent', async () => (await sender.backlog()).outbox.every(({ rows }) => rows === 0));
  } finally {
    await sender.stop();
  }
}
