import { notificationSend } from '@waybill/contracts';
import { batched, type Transaction } from '@waybill/messaging';
import type { Outcome } from './compose-mail.js';

// The version keeps an old event that comes again from replacing a newer outcome.
const RECORD = batched<[orderId: string, outcome: string, version: number], { readonly orderId: string }>(
  `UPDATE recipients SET outcome = news.outcome, outcome_version = news.version
   FROM unnest($1::uuid[], $2::text[], $3::int[]) AS news(order_id, outcome, version)
   WHERE recipients.order_id = news.order_id AND recipients.outcome_version < news.version
   RETURNING recipients.order_id AS "orderId"`,
  ({ orderId }) => orderId,
);

/** Notes the newest outcome of an order and orders a mail about it. */
export async function recordOutcome(
  tx: Transaction,
  { orderId, outcome, version }: { orderId: string; outcome: Outcome; version: number },
): Promise<void> {
  const recorded = await tx.batched(RECORD, orderId, outcome, version);
  if (recorded.length > 0) return tx.send(notificationSend, { orderId, outcome });

  const [known] = await tx.query(`SELECT 1 FROM recipients WHERE order_id = $1`, [orderId]);
  if (!known) throw new Error(`Order ${orderId} was ${outcome}, but its order.placed has not been handled here.`);
}
