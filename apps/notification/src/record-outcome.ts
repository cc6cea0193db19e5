import { notificationSend } from '@waybill/contracts';
import { batched, type Transaction } from '@waybill/messaging';
import type { Outcome } from './compose-mail.js';

// The version keeps an old event that comes again from replacing a newer outcome. Of an order whose address has not come yet, by
// the other broker, the outcome waits in the row: the handler that writes the second of the two sees the first, and orders the mail.
const RECORD = batched<
  [orderId: string, outcome: string, version: number],
  { readonly orderId: string; readonly addressed: boolean }
>(
  `INSERT INTO recipients AS known (order_id, outcome, outcome_version)
   SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[])
   ON CONFLICT (order_id) DO UPDATE SET outcome = excluded.outcome, outcome_version = excluded.outcome_version
     WHERE known.outcome_version < excluded.outcome_version
   RETURNING order_id AS "orderId", email IS NOT NULL AS addressed`,
  ({ orderId }) => orderId,
);

/** Notes the newest outcome of an order, and orders a mail about it when its recipient is known. */
export async function recordOutcome(
  tx: Transaction,
  { orderId, outcome, version }: { orderId: string; outcome: Outcome; version: number },
): Promise<void> {
  const [recorded] = await tx.batched(RECORD, orderId, outcome, version);
  if (recorded?.addressed) tx.send(notificationSend, { orderId, outcome });
}
