import type { Message, Transaction } from '@waybill/messaging';
import { batched, currentWork, Reject } from '@waybill/messaging';
import type { Decision, OrderState } from './order-decisions.js';
import { settledSeconds } from './order-metrics.js';

type LockedOrder = OrderState & { readonly placedAt: Date };

// Locks the order until the commit: a second message for it waits, and its events leave in the order of the commits.
const LOCK = batched<[id: string], LockedOrder>(
  `SELECT id, status, reason, version, total, currency, placed_at AS "placedAt" FROM orders
   WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
  ({ id }) => id,
);

// Of a request, which may be somebody's who has nothing to do with the order. $2 is the owner, or null for those who may change
// all. Not one statement with the above: a row that belongs to the one request must not be given to the other.
const LOCK_OWN = `
  SELECT id, status, reason, version, total, currency, placed_at AS "placedAt" FROM orders
  WHERE id = $1 AND ($2::text IS NULL OR customer_id = $2) FOR UPDATE`;

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
  INSERT INTO order_history (order_id, version, status, reason, at, message_id, message_type)
  SELECT id, version, status, reason, at, message_id, message_type FROM change`);

type Decide = (order: OrderState, now: Date) => Decision;

/** Changes an order as a message demands, and sends the messages that follow. */
export async function changeOrder(tx: Transaction, message: Message, decide: Decide): Promise<void> {
  const [order] = await tx.batched(LOCK, message.key);
  if (!order) throw new Reject(`There is no order ${message.key}.`);
  await change(tx, order, decide, message);
}

/** Changes an order as a request demands. False: there is no such order, or it is not the owner's. */
export async function changeOrderOnRequest(
  tx: Transaction,
  orderId: string,
  owner: string | null,
  decide: Decide,
): Promise<boolean> {
  const [order] = await tx.query<LockedOrder>(LOCK_OWN, [orderId, owner]);
  if (order) await change(tx, order, decide, undefined);
  return order !== undefined;
}

async function change(tx: Transaction, order: LockedOrder, decide: Decide, cause: Message | undefined): Promise<void> {
  const now = new Date();
  const { state, send } = decide(order, now);
  if (state === order) return;

  const reason = 'reason' in state ? state.reason : null;
  await tx.batched(SAVE, state.id, state.status, reason, state.version, now, cause?.id ?? null, cause?.type ?? null);
  tx.sendAll(send);
  const { status } = state;
  const work = currentWork();
  if (status === 'confirmed' || status === 'cancelled')
    tx.afterCommit(() => settledSeconds.observe({ status }, (now.getTime() - order.placedAt.getTime()) / 1_000, work));
}
