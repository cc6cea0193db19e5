// The payment service of the usual design: charges each order at the provider.
import { randomUUID } from 'node:crypto';
import { once, openDatabase } from './database.ts';
import { Payment } from './entities.ts';
import * as kafka from './kafka.ts';
import { OutboxPoller, save } from './outbox.ts';
import { httpServer, serve } from './process.ts';
import * as rabbitmq from './rabbitmq.ts';
import { PAYMENT_EVENTS, readSettings } from './settings.ts';

interface Charge {
  readonly messageId: string;
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

const settings = readSettings();
const database = await openDatabase('payment', settings);
const producer = kafka.openKafka(settings).producer();
await producer.connect();
const channel = await rabbitmq.openChannel(settings.rabbitmq);

const poller = new OutboxPoller(database, (row) => kafka.publish(producer, PAYMENT_EVENTS, row));

await rabbitmq.consume(channel, async ({ messageId, orderId, amount, currency, paymentMethod }: Charge) => {
  const response = await fetch(`${settings.provider.url}/charges`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${settings.provider.key}`,
      'content-type': 'application/json',
      'idempotency-key': `charge-${orderId}`,
    },
    body: JSON.stringify({ reference: orderId, amount, currency, paymentMethod }),
  });
  if (!response.ok) throw new Error(`The provider answered ${response.status}.`);
  const { outcome } = (await response.json()) as { outcome: 'charged' | 'declined' };
  await once(database, messageId, async (manager) => {
    await manager.save(Payment, { id: randomUUID(), orderId, amount, currency, status: outcome });
    await save(manager, `payment.${outcome}`, orderId, { orderId, amount, currency });
  });
});

await serve(httpServer(), settings, poller);
