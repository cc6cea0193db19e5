import { orderExpire } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { inDatabase, running } from '../supervision/running.ts';

const AT_MOST = 1_000;

/** A timer that is due, as the order service sets one for each of its orders. The service moves it to RabbitMQ by itself. */
const SET_TIMER = `INSERT INTO scheduled (type, key, due_at, message_id, body) VALUES ($1, $2, now(), $3, $4)`;

/**
 * Makes dead letters, for whoever wants to see some: commands about orders that do not exist, which the order service gives up
 * at once. They take the way of every other command. Returns the ids of these orders.
 */
export async function makeDeadLetters(count: number, instance?: string): Promise<string[]> {
  if (!Number.isInteger(count) || count < 1 || count > AT_MOST)
    throw new Error(`How many? It makes 1 to ${AT_MOST}: \`npm run stack -- dead-letters make 3\`.`);
  const orders = Array.from({ length: count }, newId);
  await inDatabase('order', running(instance), async (database) => {
    for (const orderId of orders) {
      const id = newId();
      const envelope = {
        specversion: '1.0',
        id,
        source: '/order',
        type: orderExpire.type,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        partitionkey: orderId,
        data: { orderId },
      };
      await database.query(SET_TIMER, [orderExpire.type, orderId, id, Buffer.from(JSON.stringify(envelope))]);
    }
  });
  return orders;
}
