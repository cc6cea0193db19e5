import { notificationSend } from '@waybill/contracts';
import type { Transaction } from '@waybill/messaging';
import type { Outcome } from './compose-mail.js';

// The version keeps an old event that comes again from replacing a newer outcome.
const RECORD = `
  UPDATE recipients SET outcome = $2, outcome_version = $3
  WHERE order_id = $1 AND outcome_version < $3 RETURNING order_id`;

/** Notes the newest outcome of an order and orders a mail about it. */
export async function recordOutcome(
  tx: Transaction,
  { orderId, outcome, version }: { orderId: string; outcome: Outcome; version: number },
): Promise<void> {
  const recorded = await tx.query(RECORD, [orderId, outcome, version]);
  if (recorded.length > 0) return tx.send(notificationSend, { orderId, outcome });

  const [known] = await tx.query(`SELECT 1 FROM recipients WHERE order_id = $1`, [orderId]);
  if (!known) throw new Error(`Order ${orderId} was ${outcome}, but its order.placed has not been handled here.`);
}
