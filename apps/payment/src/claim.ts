import type { PayloadOf, paymentCharge } from '@waybill/contracts';
import { Transient, type Transaction } from '@waybill/messaging';
import type { Decision, PaymentState } from './payment-decisions.js';

export type Claim =
  | { readonly is: 'ours'; readonly attempt: number; readonly payment: PaymentState }
  | { readonly is: 'taken'; readonly until: Date }
  | { readonly is: 'settled' };

// Copies of a command running at once are routine: the row is the claim, its primary key lets one of them insert it, and
// the row lock lets one of them take over an expired lease. Leases go by the database's clock, the only one they share.
// A worker that dies after this commit leaves a lease that runs out, and the next attempt begins with a look-up.
const CLAIM = `
  INSERT INTO payments AS payment (order_id, status, amount, currency, payment_method, attempt, lease_expires_at, version)
  VALUES ($1, 'charging', $2, $3, $4, 1, clock_timestamp() + $5 * interval '1 ms', 0)
  ON CONFLICT (order_id) DO UPDATE
    SET attempt = payment.attempt + 1, lease_expires_at = clock_timestamp() + $5 * interval '1 ms', updated_at = now()
    WHERE payment.status = 'charging' AND payment.lease_expires_at <= clock_timestamp()
  RETURNING order_id AS "orderId", status, version, amount, currency, attempt`;

const READ = `SELECT status, lease_expires_at AS "leaseExpiresAt" FROM payments WHERE order_id = $1`;

/** Makes the charge of an order ours for `leaseMs`, if it is nobody's. */
export async function claimCharge(tx: Transaction, charge: PayloadOf<typeof paymentCharge>, leaseMs: number): Promise<Claim> {
  const { orderId, amount, currency, paymentMethod } = charge;
  const [claimed] = await tx.query<PaymentState & { attempt: number }>(CLAIM, [
    orderId,
    amount,
    currency,
    paymentMethod,
    leaseMs,
  ]);
  if (claimed) return { is: 'ours', attempt: claimed.attempt, payment: claimed };

  const [payment] = await tx.query<{ status: PaymentState['status']; leaseExpiresAt: Date }>(READ, [orderId]);
  return payment!.status === 'charging' ? { is: 'taken', until: payment!.leaseExpiresAt } : { is: 'settled' };
}

// Fenced by the attempt: a worker that was stopped beyond its lease and wakes up changes nothing.
const RELEASE = `UPDATE payments SET lease_expires_at = clock_timestamp() WHERE order_id = $1 AND attempt = $2`;

/** Gives a claim back before its lease ends, because its call has ended: the next attempt need not wait for it. */
export async function releaseClaim(tx: Transaction, orderId: string, attempt: number): Promise<void> {
  await tx.query(RELEASE, [orderId, attempt]);
}

const SETTLE = `
  UPDATE payments SET status = $3, reason = $4, version = $5, updated_at = now()
  WHERE order_id = $1 AND attempt = $2 AND status = 'charging' RETURNING order_id`;

/** Saves how the charge ended and sends what follows, if the claim is still ours. */
export async function settleCharge(tx: Transaction, attempt: number, { state, send }: Decision): Promise<void> {
  const reason = state.status === 'declined' ? state.reason : null;
  const settled = await tx.query(SETTLE, [state.orderId, attempt, state.status, reason, state.version]);
  if (settled.length === 0)
    throw new Transient(`Another worker took over the charge of order ${state.orderId} after attempt ${attempt}.`);
  for (const { contract, payload } of send) tx.send(contract, payload);
}
