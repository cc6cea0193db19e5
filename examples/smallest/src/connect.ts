// What both processes need: a database, a broker, and a loop that begins anew when either goes away.
// Settings: DATABASE_URL, AMQP_URL, QUEUE. For a CA of your own, Node reads NODE_EXTRA_CA_CERTS.
import { setTimeout } from 'node:timers/promises';
import { type ConfirmChannel, connect } from 'amqplib';
import { Pool, type PoolClient } from 'pg';

const { DATABASE_URL, AMQP_URL, QUEUE = 'parcels' } = process.env;
if (!DATABASE_URL || !AMQP_URL) throw new Error('Set DATABASE_URL and AMQP_URL.');

export { QUEUE };
export const database = new Pool({ connectionString: DATABASE_URL });
// A connection may break while nobody asks it anything: in the pool, or in a transaction that waits for the broker. The next query fails,
// and the one after that gets another connection.
database.on('error', complain);
database.on('connect', (client) => client.on('error', complain));

/** What `work` writes is there as a whole or not at all. When this resolves, PostgreSQL has said COMMIT. */
export async function inTransaction<T>(work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await database.connect();
  try {
    await tx.query('BEGIN');
    const result = await work(tx);
    // After an error that `work` has swallowed, PostgreSQL answers COMMIT with ROLLBACK, and calls that no error.
    if ((await tx.query('COMMIT')).command !== 'COMMIT') throw new Error('the transaction was rolled back');
    tx.release();
    return result;
  } catch (error) {
    tx.release(true); // The connection ends, and with it the transaction.
    throw error;
  }
}

/** Works on a channel that has the queue, for ever. When the channel or the work fails, all begins anew after a second. */
export async function onAChannel(work: (channel: ConfirmChannel, closed: Promise<never>) => Promise<void>): Promise<never> {
  for (;;) {
    const connection = await connect(AMQP_URL!).catch(complain);
    try {
      if (!connection) continue;
      connection.on('error', complain);
      const channel = await connection.createConfirmChannel();
      const closed = new Promise<never>((_, reject) => {
        channel.on('error', reject);
        channel.on('close', () => reject(new Error('the channel was closed')));
      });
      closed.catch(() => {}); // It may come when nobody listens.
      // Quorum: durable, on the disks of the brokers. A message that 20 deliveries did not settle is kept aside.
      const dead = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': `${QUEUE}.dead` };
      const keepingAll = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' };
      await channel.assertQueue(`${QUEUE}.dead`, { arguments: { 'x-queue-type': 'quorum' } });
      await channel.assertQueue(QUEUE, {
        arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 20, ...dead, ...keepingAll },
      });
      await Promise.race([work(channel, closed), closed]);
    } catch (error) {
      complain(error);
    } finally {
      connection?.close().catch(() => {}); // No answer comes from a broker that is away: nobody waits for it.
      await setTimeout(1_000);
    }
  }
}

export function complain(error: unknown): void {
  console.error(error instanceof Error ? error.message || error : error);
}
