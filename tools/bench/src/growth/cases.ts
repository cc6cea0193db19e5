import { SERVICES, topicOf } from '@waybill/contracts';
import { openSession } from '@waybill/deploy';
import { Kafka, logLevel } from 'kafkajs';
import type { OrderLine } from '../generator/place-order.ts';
import type { Servers } from '../systems/servers.ts';

/** One thing that is large, and how it becomes so and small again. The system is quiet at both times. */
export interface Case {
  readonly name: string;
  /** Set-based statements in the order service's database, which an order uses most. */
  readonly fill?: readonly string[];
  readonly empty?: readonly string[];
  /** What an order holds meanwhile. */
  readonly lines?: readonly OrderLine[];
  /** So many replicas of each service. */
  readonly replicas?: number;
  /** Done with the replicas stopped: they start again afterwards. */
  readonly between?: (servers: Servers) => Promise<void>;
}

/** Marks what a case has filled in. */
export const FILLED = 'bench-growth';

/** A day's rows get ids in their order, as those of a service are. */
const idOf = (n: string) =>
  `(lpad(to_hex(1700000000000 + ${n}), 12, '0') || '7000' || '8000' || lpad(to_hex(${n}), 12, '0'))::uuid`;

const BODY = `convert_to(repeat('x', 450), 'UTF8')`;

const LINES = Array.from({ length: 100 }, (_, n): OrderLine => ({ sku: `${FILLED}-${n}-`.padEnd(64, 'x'), quantity: 1 }));

/** Ends with what cannot be made small again. `share` of 1 is the whole size; less is for a look at whether all of this works. */
export const casesOf = (share: number): readonly Case[] => {
  const rows = (count: number) => Math.round(share * count);
  return [
    {
      name: '1 M outbox rows behind one that is held back',
      fill: [
        `INSERT INTO outbox (lane, path, message_id, type, key, body, not_before)
       SELECT 'kafka', '${topicOf('order')}', ${idOf('n')}, '${FILLED}', '${FILLED}', ${BODY}, CASE n WHEN 1 THEN 'infinity'::timestamptz END
       FROM generate_series(1, ${rows(1_000_000)}) AS n ORDER BY n`,
        'VACUUM ANALYZE outbox',
      ],
      empty: [`DELETE FROM outbox WHERE key = '${FILLED}'`, 'VACUUM outbox'],
    },
    {
      name: '2 M orders',
      fill: [
        `INSERT INTO orders (id, customer_id, email, status, total, currency, lines, payment_method, version, placed_at, updated_at)
       SELECT ${idOf('n')}, '${FILLED}-' || n / 20, 'bench@example.com', 'confirmed', 1200, 'EUR', '[{"sku": "mug-enamel", "quantity": 1}]',
              'pm_ok', 2, now(), now() FROM generate_series(1, ${rows(2_000_000)}) AS n`,
        `INSERT INTO order_history (order_id, version, status, at)
       SELECT ${idOf('n')}, version, 'confirmed', now() FROM generate_series(1, ${rows(2_000_000)}) AS n, generate_series(1, 2) AS version`,
        'VACUUM ANALYZE orders, order_history',
      ],
      empty: [`TRUNCATE orders, order_history`],
    },
    {
      name: '10 M inbox rows',
      fill: [
        `INSERT INTO inbox (id, day)
       SELECT ${idOf('n')}, (now() AT TIME ZONE 'UTC')::date - (n / ${rows(714_286)}) FROM generate_series(1, ${rows(9_999_999)}) AS n`,
        'VACUUM ANALYZE inbox',
      ],
      empty: ['TRUNCATE inbox'],
    },
    {
      name: '100,000 parked messages',
      fill: [
        `INSERT INTO parked (stream, message_id, type, key, body, source, ordered, state, next_attempt_at, failures, crashes, errors)
       SELECT '${topicOf('payment')}', ${idOf('n')}, 'payment.charged.v1', '${FILLED}-' || n, ${BODY}, '${FILLED}', true, 'waiting',
              now() + interval '1 day', 1, 0, '[]' FROM generate_series(1, ${rows(100_000)}) AS n`,
        'VACUUM ANALYZE parked',
      ],
      empty: ['TRUNCATE parked'],
    },
    {
      name: 'orders of 100 lines, the most that the API takes',
      fill: [
        `INSERT INTO products (sku, name, unit_price, currency)
       SELECT sku, 'A product of the bench', 100, 'EUR' FROM unnest(ARRAY[${LINES.map(({ sku }) => `'${sku}'`).join(', ')}]) AS sku`,
      ],
      lines: LINES,
    },
    { name: '10 replicas of each service', replicas: 10 },
    { name: '48 partitions of each topic', between: ({ kafka }) => withPartitions(kafka, 48) },
  ];
};

/** A key may have another partition then, so nothing is on its way. The deploy step would refuse such a topic. */
async function withPartitions(kafka: Servers['kafka'], count: number): Promise<void> {
  const { brokers, sasl, ssl } = kafka;
  const admin = new Kafka({ clientId: FILLED, brokers, sasl, ssl, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const known = await admin.listTopics();
    const topics = SERVICES.map(topicOf).filter((topic) => known.includes(topic));
    await admin.createPartitions({ topicPartitions: topics.map((topic) => ({ topic, count })) });
  } finally {
    await admin.disconnect();
  }
}

/** Runs statements one by one in the database of the order service, each for itself: VACUUM takes no transaction. */
export async function runAll(servers: Servers, statements: readonly string[] = []): Promise<void> {
  if (statements.length === 0) return;
  await inOrderDatabase(servers, async (session) => {
    await session.query('SET statement_timeout = 0');
    for (const statement of statements) await session.query(statement);
    // What was filled in is written to the disk now, not while an order is measured.
    await session.query('CHECKPOINT');
  });
}

/** Below which position the outbox holds nothing that is on its way. */
export const outboxEnd = (servers: Servers): Promise<string> =>
  inOrderDatabase(servers, async (session) => {
    const { rows } = await session.query<{ id: string }>('SELECT coalesce(max(id), 0) AS id FROM outbox');
    return rows[0]!.id;
  });

type Session = Awaited<ReturnType<typeof openSession>>;

async function inOrderDatabase<T>({ connections }: Servers, work: (session: Session) => Promise<T>): Promise<T> {
  const { postgres } = connections;
  const session = await openSession({
    host: postgres.host,
    port: postgres.port,
    ssl: postgres.ssl,
    ...postgres.superuser,
    database: 'order',
  });
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}
