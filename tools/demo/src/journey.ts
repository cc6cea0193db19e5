import { table } from '@waybill/kit';
import type { ChargeLine, DeliveryLine } from './evidence.ts';
import { money } from './money.ts';
import { readLedger } from './read-evidence.ts';
import type { RunningStack } from './running-stack.ts';

interface Step {
  readonly at: Date;
  readonly by: string;
  readonly what: string;
}

/** The one in the middle: half of them were quicker. One that was cancelled later may never have got the mail of its confirmation. */
const TYPICAL = `
  WITH confirmed AS (
    SELECT o.id, o.total, o.currency, o.placed_at AS "placedAt", h.at AS "confirmedAt"
    FROM orders o JOIN order_history h ON h.order_id = o.id AND h.status = 'confirmed'
    WHERE o.customer_id LIKE $1 AND o.status = 'confirmed')
  SELECT * FROM confirmed ORDER BY "confirmedAt" - "placedAt" LIMIT 1 OFFSET (SELECT count(*) / 2 FROM confirmed)`;
const PAYMENT = `SELECT created_at AS "claimedAt", updated_at AS "settledAt" FROM payments WHERE order_id = $1`;
const MAIL = `SELECT sent_at AS "sentAt" FROM mails WHERE order_id = $1 AND outcome = 'confirmed' AND status = 'sent'`;

/** The way of one order of a run that stayed confirmed, from the times in the databases and ledgers. Undefined if there is none. */
export async function journeyOf(stack: RunningStack, run: string): Promise<{ orderId: string; text: string } | undefined> {
  const [order] = await stack.database('order', (query) =>
    query<{ id: string; total: number; currency: string; placedAt: Date; confirmedAt: Date }>(TYPICAL, [`${run}-%`]),
  );
  if (!order) return undefined;
  const [[payment], [mail], charges, deliveries] = await Promise.all([
    stack.database('payment', (query) => query<{ claimedAt: Date; settledAt: Date }>(PAYMENT, [order.id])),
    stack.database('notification', (query) => query<{ sentAt: Date }>(MAIL, [order.id])),
    readLedger<ChargeLine>(stack, 'charges'),
    readLedger<DeliveryLine>(stack, 'mails'),
  ]);
  const charge = charges.find(({ reference, effect }) => effect && reference === order.id);
  const delivery = deliveries.find(({ orderId, effect }) => effect && orderId === order.id);
  if (!payment || !mail || !charge || !delivery) return undefined;

  const steps: Step[] = [
    { at: order.placedAt, by: 'HTTP', what: 'client -> nginx -> order: saved with its messages in one transaction, 202' },
    { at: payment.claimedAt, by: 'RabbitMQ', what: 'order -> payment: command payment.charge, claimed' },
    { at: new Date(charge.at), by: 'HTTP', what: `payment -> provider: ${money(order.total, order.currency)} charged` },
    { at: payment.settledAt, by: 'PostgreSQL', what: 'payment: outcome and event in one transaction' },
    { at: order.confirmedAt, by: 'Kafka', what: 'payment -> order: event payment.charged, the order is confirmed' },
    {
      at: new Date(delivery.at),
      by: 'Kafka, RabbitMQ',
      what: 'order -> notification: event order.confirmed, then its own command notification.send',
    },
    { at: mail.sentAt, by: 'SMTP', what: 'notification -> mail server: the mail is out' },
  ];
  const rows = steps.map(({ at, by, what }) => [
    at.toISOString().slice(11, 23),
    `+${at.getTime() - order.placedAt.getTime()} ms`,
    by,
    what,
  ]);
  return { orderId: order.id, text: table(rows) };
}
