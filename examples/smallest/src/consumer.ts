// Makes one parcel for each order, however often its message comes.
import { setTimeout } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import { complain, database, inTransaction, onAChannel, QUEUE } from './connect.ts';

await database.query(`
  CREATE TABLE IF NOT EXISTS inbox (message_id uuid PRIMARY KEY, handled_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE IF NOT EXISTS parcels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id text NOT NULL, item text NOT NULL)`);

/**
 * Notes the message's id and does its work in one transaction. Killed before the COMMIT: neither has happened. Killed after it, before
 * the acknowledgement: the broker delivers again, and the id is there. A copy that comes meanwhile waits for the first one's COMMIT.
 */
async function handle({ properties, content }: ConsumeMessage): Promise<void> {
  const { orderId, item } = JSON.parse(content.toString()) as { orderId: string; item: string };
  const isNew = await inTransaction(async (tx) => {
    const noted = await tx.query('INSERT INTO inbox (message_id) VALUES ($1) ON CONFLICT DO NOTHING', [properties.messageId]);
    if (noted.rowCount === 0) return false;
    await tx.query('INSERT INTO parcels (order_id, item) VALUES ($1, $2)', [orderId, item]);
    return true;
  });
  console.log(`${isNew ? 'packed' : 'known '} ${orderId}`);
}

/** Held until the database answers: without it no message can be handled, and each delivery in vain would count against its limit. */
async function databaseIsBack(): Promise<void> {
  for (;;) {
    await setTimeout(1_000);
    if (await database.query('SELECT').catch(complain)) return;
  }
}

await onAChannel(async (channel, closed) => {
  await channel.prefetch(8); // As many as the pool has connections, and then some wait with the broker.
  await channel.consume(QUEUE, (message) => {
    if (!message) return void channel.close().catch(complain); // The queue was deleted: begin anew.
    handle(message)
      .then(() => channel.ack(message)) // After the COMMIT, never before.
      .catch(async (error: unknown) => {
        complain(error);
        await databaseIsBack();
        channel.nack(message); // Back into the queue: another try, by any consumer.
      })
      .catch(complain); // The channel is gone, and the broker delivers again by itself.
  });
  console.log(`waiting for ${QUEUE}`);
  await closed;
});
