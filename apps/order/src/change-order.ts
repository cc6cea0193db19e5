import type { Message, Transaction } from '@waybill/messaging';
import { batched, currentWork, Reject } from '@waybill/messaging';
import type { Decision, OrderState } from './order-decisions.js';
import { settledSeconds } from './order-metrics.js';

// Locks the order until the commit: a second message for it waits, and its events leave in the order of the commits.
const LOCK = batched<[id: string], OrderState & { readonly placedAt: Date }>(
  `SELECT id, status, reason, version, total, currency, placed_at AS "placedAt" FROM orders
   WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
  ({ id }) => id,
);

// State and history change together. A crash before the commit leaves neither, and the message comes again.
type Change = [
  id: string,
  status: string,
  reason: string | null,
  version: number,
  at: Date,
  cause: string | null,
  causeType: string | null,
];
const SAVE = batched<Change>(`
  WITH change AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::timestamptz[], $6::uuid[], $7::text[])
      AS change(id, status, reason, version, at, message_id, message_type)),
  changed AS (
    UPDATE orders SET status = change.status, reason = change.reason, version = change.version, updated_at = change.at
    FROM change WHERE orders.id = change.id)
  INSERT INTO order_history (order_id, version, status, at, message_id, message_type)
  SELECT id, version, status, at, message_id, message_type FROM change`);

type Decide = (order: OrderState, now: Date) => Decision;

/** Changes an order as a message demands, and sends the messages that follow. */
export async function changeOrder(tx: Transaction, message: Message, decide: Decide): Promise<void> {
  const found = await change(tx, message.key, decide, message);
  if (!found) throw new Reject(`There is no order ${message.key}.`);
}

/** Changes an order as a request demands. False: there is no such order. */
export const changeOrderOnRequest = (tx: Transaction, orderId: string, decide: Decide): Promise<boolean> =>
  change(tx, orderId, decide, undefined);

async function change(tx: Transaction, orderId: string, decide: Decide, cause: Message | undefined): Promise<boolean> {
  const [order] = await tx.batched(LOCK, orderId);
  if (!order) return false;

  const now = new Date();
  const { state, send } = decide(order, now);
  if (state === order) return true;

  const reason = 'reason' in state ? state.reason : null;
  await tx.batched(SAVE, state.id, state.status, reason, state.version, now, cause?.id ?? null, cause?.type ?? null);
  tx.sendAll(send);
  const { status } = state;
  const work = currentWork();
  if (status === 'confirmed' || status === 'cancelled')
    tx.afterCommit(() => settledSeconds.observe({ status }, (now.getTime() - order.placedAt.getTime()) / 1_000, work));
  return true;
}
