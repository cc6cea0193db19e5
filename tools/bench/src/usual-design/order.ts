// The order service of the usual design: takes orders, and confirms those that are paid.
import { randomUUID } from 'node:crypto';
import { once, openDatabase } from './database.ts';
import { Order, type OrderRow } from './entities.ts';
import * as kafka from './kafka.ts';
import { OutboxPoller, save } from './outbox.ts';
import { httpServer, serve } from './process.ts';
import * as rabbitmq from './rabbitmq.ts';
import { ORDER_EVENTS, PAYMENT_EVENTS, readSettings } from './settings.ts';

const PRICES: Readonly<Record<string, number>> = { 'mug-enamel': 1250 };

interface OrderRequest {
  readonly customerId: string;
  readonly email: string;
  readonly currency: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
}

const settings = readSettings();
const database = await openDatabase('order', settings);
const client = kafka.openKafka(settings);
const producer = client.producer();
await producer.connect();
const channel = await rabbitmq.openChannel(settings.rabbitmq);

const poller = new OutboxPoller(database, async (row) => {
  if (row.type === 'payment.charge') await rabbitmq.publish(channel, { messageId: row.messageId, ...row.payload });
  else await kafka.publish(producer, ORDER_EVENTS, row);
});

const app = httpServer();
app.post<{ Body: OrderRequest; Headers: { 'idempotency-key': string } }>('/api/orders', async (request, reply) => {
  const { customerId, email, currency, lines, paymentMethod } = request.body;
  const idempotencyKey = request.headers['idempotency-key'];
  const known = await database.getRepository(Order).findOneBy({ idempotencyKey });
  if (known) return reply.code(202).send(viewOf(known));
  const total = lines.reduce((sum, { sku, quantity }) => sum + PRICES[sku]! * quantity, 0);
  const order: OrderRow = { id: randomUUID(), customerId, idempotencyKey, email, status: 'placed', total, currency, lines };
  await database.transaction(async (manager) => {
    await manager.save(Order, order);
    await save(manager, 'order.placed', order.id, { orderId: order.id, email, total, currency });
    await save(manager, 'payment.charge', order.id, { orderId: order.id, amount: total, currency, paymentMethod });
  });
  return reply.code(202).send(viewOf(order));
});

const viewOf = ({ id, status, total, currency, lines }: OrderRow) => ({ id, status, total, currency, lines });

await kafka.consume(client, 'usual.order', PAYMENT_EVENTS, ({ messageId, payload }) =>
  once(database, messageId, async (manager) => {
    const order = await manager.findOneByOrFail(Order, { id: (payload as { orderId: string }).orderId });
    order.status = 'confirmed';
    await manager.save(Order, order);
    await save(manager, 'order.confirmed', order.id, { orderId: order.id });
  }),
);

await serve(app, settings, poller);
