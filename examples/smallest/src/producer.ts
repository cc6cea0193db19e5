// Takes orders over HTTP, PUT /orders/ID/ITEM, and sends one message for each.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { ConfirmChannel } from 'amqplib';
import { complain, database, inTransaction, onAChannel, QUEUE } from './connect.ts';

await database.query(`
  CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY, item text NOT NULL);
  CREATE TABLE IF NOT EXISTS outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, message_id uuid NOT NULL, body text NOT NULL)`);

/**
 * Saves the order and its message in one transaction. Killed before the COMMIT: neither is there, and the client has no answer, so it
 * asks again. Killed after it: both are there, and the relay of the next process sends the message.
 */
async function placeOrder(id: string, item: string): Promise<void> {
  await inTransaction(async (tx) => {
    const placed = await tx.query('INSERT INTO orders (id, item) VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, item]);
    if (placed.rowCount === 0) return; // The same request again.
    const message = JSON.stringify({ orderId: id, item });
    await tx.query('INSERT INTO outbox (message_id, body) VALUES ($1, $2)', [randomUUID(), message]);
  });
}

/**
 * Sends what the outbox holds, and deletes what the broker has confirmed. Killed between the two: the rows are still there, and go out
 * again under the same ids. SKIP LOCKED: of two producers each sends other rows.
 */
async function relay(channel: ConfirmChannel, confirmed: () => Promise<void>): Promise<number> {
  return inTransaction(async (tx) => {
    const { rows } = await tx.query<{ id: string; message_id: string; body: string }>(
      'SELECT id, message_id, body FROM outbox ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED',
    );
    if (rows.length === 0) return 0;
    for (const { message_id: messageId, body } of rows)
      channel.sendToQueue(QUEUE, Buffer.from(body), { persistent: true, mandatory: true, messageId });
    await confirmed();
    await tx.query('DELETE FROM outbox WHERE id = ANY($1)', [rows.map(({ id }) => id)]);
    return rows.length;
  });
}

const server = createServer((request, response) => {
  const [, id, item] = /^\/orders\/(\w{1,40})\/([\w-]{1,40})$/.exec(request.url ?? '') ?? [];
  if (request.method !== 'PUT' || !id || !item) return void response.writeHead(404).end();
  placeOrder(id, item)
    .then(() => response.writeHead(202).end('accepted\n'))
    // Whether it was saved, nobody knows. To ask again is safe: the order has the same id.
    .catch((error: unknown) => (complain(error), response.writeHead(503).end('ask again\n')));
});
server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`PUT http://127.0.0.1:${(server.address() as AddressInfo).port}/orders/ID/ITEM`);
});

await onAChannel(async (channel, closed) => {
  // The broker confirms a message that no queue has taken, too. Before that it gives the message back.
  let unroutable = false;
  channel.on('return', () => (unroutable = true));
  const confirmed = async () => {
    await Promise.race([channel.waitForConfirms(), closed]);
    if (unroutable) throw new Error(`the queue ${QUEUE} is gone`);
  };
  console.log(`sending to ${QUEUE}`);
  for (;;) if ((await relay(channel, confirmed)) === 0) await Promise.race([setTimeout(100), closed]);
});
