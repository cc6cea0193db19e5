import { defaultTuning } from '@waybill/messaging';
import type { PoolClient } from 'pg';
// The bench looks at one part at a time, which the index of libs/messaging does not offer to an app.
import { silent } from '../../../../libs/messaging/dist/message.js';
import { type Publisher, RelayLane } from '../../../../libs/messaging/dist/sending/relay.js';
import { type Layer, rate, until } from './layer.ts';
import { HAPPENED, type LayerWorld, payload } from './world.ts';

const ROWS = 20_000;

/** Confirms everything at once: what is left is what the relay itself costs. */
const confirmsAtOnce: Publisher = {
  lane: 'kafka',
  destination: 'nowhere',
  up: true,
  onUp() {},
  start() {},
  close: async () => {},
  publish: async (rows) => ({ confirmed: rows.map(({ id }) => id), refused: [], closed: [] }),
};

/** From the outbox to the broker's side of it: claim, read, delete. */
export function relayLayer({ database, sender }: LayerWorld): Layer {
  const { unitOfWork } = sender();
  const relay = async (rows: number, relayBatchRows: number) => {
    await fill(rows);
    const lane = new RelayLane(database, confirmsAtOnce, { ...defaultTuning, relayBatchRows }, silent);
    try {
      return await rate(rows, async () => {
        lane.start();
        lane.wake();
        await until('the outbox is empty', async () => !(await hasRows()), 5);
      });
    } finally {
      await lane.stop();
    }
  };
  const fill = async (rows: number) => {
    for (let n = 0; n < rows; n += 500)
      await unitOfWork.run(async (tx) => {
        for (let i = 0; i < 500; i += 1) tx.send(HAPPENED, payload(n + i));
      });
    await database.query('VACUUM ANALYZE outbox');
  };
  const hasRows = async () =>
    (await database.query<{ there: boolean }[]>('SELECT EXISTS (SELECT 1 FROM outbox) AS there'))[0]!.there;
  return {
    name: 'relay',
    unit: 'rows',
    raw: 'COPY of the same rows',
    ways: {
      waybill: () => relay(ROWS, defaultTuning.relayBatchRows),
      raw: async () => {
        await fill(ROWS);
        const runner = database.createQueryRunner();
        const client = (await runner.connect()) as PoolClient;
        try {
          return await rate(ROWS, async () => void (await client.query('COPY outbox TO STDOUT')));
        } finally {
          await runner.release();
          await database.query('TRUNCATE outbox');
        }
      },
      'a claim for each row': () => relay(1_000, 1),
    },
  };
}
