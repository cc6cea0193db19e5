import type { PayloadOf, paymentCancel, paymentChargeV1 } from '@waybill/contracts';
import { batched, Transient, type Transaction } from '@waybill/messaging';
import { cancelAsked, type Decision, type PaymentState } from './payment-decisions.js';

/** What is to be charged. The first version of the command did not say whose order it is. */
export type Charge = PayloadOf<typeof paymentChargeV1> & { readonly customerId?: string };

/** Whether a call to the provider is ours to make. */
export type Claim =
  | { readonly is: 'ours'; readonly attempt: number }
  /** Another worker's, for so long. */
  | { readonly is: 'taken'; readonly forMs: number }
  /** There is nothing to ask the provider for. */
  | { readonly is: 'nothing-to-do' };

// Copies of a command often run at the same time. The row is the claim: its primary key lets one of them insert it, and the row
// lock lets one of them take over an expired lease. Leases go by the database's clock, the only one that all workers share.
// A worker that dies after this commit leaves a lease that runs out, and the next attempt begins with a look-up.
const CLAIM_CHARGE = batched<
  [orderId: string, customerId: string | null, amount: number, currency: string, paymentMethod: string, leaseMs: number],
  Claimed
>(
  `INSERT INTO payments AS payment (order_id, customer_id, status, amount, currency, payment_method, attempt, lease_expires_at, version)
   SELECT order_id, customer_id, 'charging', amount, currency, payment_method, 1, clock_timestamp() + lease_ms * interval '1 ms', 0
   FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::float8[])
     AS charge(order_id, customer_id, amount, currency, payment_method, lease_ms)
   ON CONFLICT (order_id) DO UPDATE
     SET attempt = payment.attempt + 1, lease_expires_at = excluded.lease_expires_at, updated_at = now()
     WHERE payment.status = 'charging' AND payment.lease_expires_at <= clock_timestamp()
   RETURNING order_id AS "orderId", attempt`,
  ({ orderId }) => orderId,
);

interface Claimed {
  readonly orderId: string;
  readonly attempt: number;
}

interface Row {
  readonly attempt: number;
  /** What is left of the lease, by the database's clock: above 0 while the worker may still be at it. */
  readonly leaseLeftMs: number;
}

// Locks the payment until the commit.
const LOCK = batched<[orderId: string], PaymentState & Row>(
  `SELECT order_id AS "orderId", status, reason, version, amount, currency, attempt,
     (extract(epoch FROM lease_expires_at - clock_timestamp()) * 1000)::float8 AS "leaseLeftMs"
   FROM payments WHERE order_id = ANY($1::uuid[]) ORDER BY order_id FOR UPDATE`,
  ({ orderId }) => orderId,
);

const lock = async (tx: Transaction, orderId: string) => (await tx.batched(LOCK, orderId))[0];

// The mark of a cancel that came before its charge does not know the customer.
const OWN = `UPDATE payments SET customer_id = $2 WHERE order_id = $1 AND customer_id IS NULL AND NOT forgotten`;

/** Makes the charge of an order ours for `leaseMs`, if it is nobody's. */
export async function claimCharge(tx: Transaction, charge: Charge, leaseMs: number): Promise<Claim> {
  const { orderId, customerId = null, amount, currency, paymentMethod } = charge;
  const [claimed] = await tx.batched(CLAIM_CHARGE, orderId, customerId, amount, currency, paymentMethod, leaseMs);
  if (claimed) return { is: 'ours', attempt: claimed.attempt };

  const payment = await lock(tx, orderId);
  if (payment!.status === 'voided' && payment!.attempt === 0) await tx.query(OWN, [orderId, customerId]);
  return payment!.status === 'charging' ? { is: 'taken', forMs: payment!.leaseLeftMs } : { is: 'nothing-to-do' };
}

// Takes over a charge even while its lease runs: the provider takes the two calls in either order.
// The attempt fences the charge: its outcome then finds a payment that is being reversed.
const TAKE_OVER = `
  UPDATE payments SET status = 'reversing', attempt = attempt + 1, lease_expires_at = clock_timestamp() + $2 * interval '1 ms',
    updated_at = now()
  WHERE order_id = $1 RETURNING attempt`;

/** Makes the reversal of an order's payment ours for `leaseMs`, if the provider has to be asked for it. */
export async function claimReversal(tx: Transaction, cancel: PayloadOf<typeof paymentCancel>, leaseMs: number): Promise<Claim> {
  const { orderId } = cancel;
  const payment = await lock(tx, orderId);
  if (!payment || cancelAsked(payment, cancel, new Date()).state.status !== 'reversing') return { is: 'nothing-to-do' };
  if (payment.status === 'reversing' && payment.leaseLeftMs > 0) return { is: 'taken', forMs: payment.leaseLeftMs };
  const [claimed] = await tx.query<{ attempt: number }>(TAKE_OVER, [orderId, leaseMs]);
  return { is: 'ours', attempt: claimed!.attempt };
}

// The mark that a cancel leaves when it comes before its charge. Attempt 0: nobody ever asked the provider.
const MARK = `
  INSERT INTO payments (order_id, status, amount, currency, attempt, lease_expires_at, version)
  VALUES ($1, 'voided', $2, $3, 0, clock_timestamp(), $4) ON CONFLICT (order_id) DO NOTHING RETURNING order_id`;

/**
 * Answers a cancel without the provider: no worker ever asked it, or its last word is known. The transaction also ends the
 * message. A crash before its commit leaves neither, and the cancel comes again.
 */
export async function answerCancel(tx: Transaction, cancel: PayloadOf<typeof paymentCancel>): Promise<void> {
  const { orderId, amount, currency } = cancel;
  const payment = await lock(tx, orderId);
  const decision = cancelAsked(payment, cancel, new Date());
  if (payment && decision.state.status !== 'reversing') return save(tx, decision);
  const marked = payment ? [] : await tx.query(MARK, [orderId, amount, currency, decision.state.version]);
  if (marked.length === 0) throw new Transient(`The payment of order ${orderId} was taken in hand at this moment.`);
  tx.sendAll(decision.send);
}

// The attempt fences it: a worker that was stopped beyond its lease and wakes up changes nothing.
const RELEASE = `UPDATE payments SET lease_expires_at = clock_timestamp() WHERE order_id = $1 AND attempt = $2`;

/** Gives a claim back before its lease ends, because its call has ended: the next attempt need not wait for the lease. */
export async function releaseClaim(tx: Transaction, orderId: string, attempt: number): Promise<void> {
  await tx.query(RELEASE, [orderId, attempt]);
}

// A reversal that begins, or begins again, fences the call that is under way.
const SAVE = batched<[orderId: string, status: string, reason: string | null, version: number]>(`
  UPDATE payments SET status = changed.status, reason = changed.reason, version = changed.version,
    attempt = attempt + (changed.status = 'reversing')::int, lease_expires_at = clock_timestamp(), updated_at = now()
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[]) AS changed(order_id, status, reason, version)
  WHERE payments.order_id = changed.order_id`);

/**
 * Saves what the provider's outcome means and sends what follows. A worker may not settle when another worker has taken its
 * claim over. Its message comes again, and then finds what the other one settled.
 */
export async function settle(
  tx: Transaction,
  { orderId, working, attempt }: { orderId: string; working: 'charging' | 'reversing'; attempt: number },
  decide: (payment: PaymentState) => Decision,
): Promise<void> {
  const payment = (await lock(tx, orderId))!;
  if (payment.status === working && payment.attempt !== attempt)
    throw new Transient(`Another worker took over the payment of order ${orderId} after attempt ${attempt}.`);
  const decision = decide(payment);
  if (decision.state !== payment) await save(tx, decision);
}

async function save(tx: Transaction, { state, send }: Decision): Promise<void> {
  const reason = state.status === 'declined' ? state.reason : null;
  await tx.batched(SAVE, state.orderId, state.status, reason, state.version);
  tx.sendAll(send);
}
