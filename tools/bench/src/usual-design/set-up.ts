import { openSession } from '@waybill/deploy';
import { openDatabase } from './database.ts';
import { openKafka } from './kafka.ts';
import { declareQueue, openConnection } from './rabbitmq.ts';
import {
  databaseOf,
  NOTIFICATION_EVENTS,
  ORDER_EVENTS,
  PARTITIONS,
  PAYMENT_EVENTS,
  type Settings,
  USUAL_SERVICES,
} from './settings.ts';

/** Makes databases, topics and the queue, where they are not there yet. */
export async function setUp(settings: Omit<Settings, 'httpPort'>): Promise<void> {
  await Promise.all([databases(settings), topics(settings), queue(settings)]);
}

async function databases(settings: Pick<Settings, 'postgres'>): Promise<void> {
  const session = await openSession({ ...settings.postgres, database: 'postgres' });
  try {
    const { rows } = await session.query<{ datname: string }>('SELECT datname FROM pg_database');
    for (const service of USUAL_SERVICES)
      if (!rows.some(({ datname }) => datname === databaseOf(service)))
        await session.query(`CREATE DATABASE ${databaseOf(service)}`);
  } finally {
    await session.end();
  }
  for (const service of USUAL_SERVICES) await (await openDatabase(service, settings, { synchronize: true })).destroy();
}

async function topics(settings: Pick<Settings, 'replica' | 'kafka'>): Promise<void> {
  const admin = openKafka(settings).admin();
  await admin.connect();
  try {
    const names = [ORDER_EVENTS, PAYMENT_EVENTS, NOTIFICATION_EVENTS];
    await admin.createTopics({ topics: names.map((topic) => ({ topic, numPartitions: PARTITIONS })) });
  } finally {
    await admin.disconnect();
  }
}

async function queue({ rabbitmq }: Pick<Settings, 'rabbitmq'>): Promise<void> {
  const connection = await openConnection(rabbitmq);
  try {
    await declareQueue(await connection.createConfirmChannel());
  } finally {
    await connection.close();
  }
}
