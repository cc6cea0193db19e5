import { notificationSent, type notificationSend, type PayloadOf } from '@waybill/contracts';
import { batched, Transient, type Transaction } from '@waybill/messaging';

type Send = PayloadOf<typeof notificationSend>;

export type Claim =
  | { readonly is: 'ours'; readonly attempt: number; readonly email: string }
  /** Another worker's, for so long. */
  | { readonly is: 'taken'; readonly forMs: number }
  | { readonly is: 'outdated' }
  | { readonly is: 'nothing-to-do' };

// Inserts the mail, or takes over an expired lease, but only while its outcome is the newest: commands carry no order.
// A worker that dies after this commit leaves a lease that runs out; the next one sends the mail again, with the same Message-ID.
const CLAIM = batched<[orderId: string, outcome: string, leaseMs: number], Claimed>(
  `WITH ours AS (
     SELECT order_id, outcome, lease_ms, email FROM unnest($1::uuid[], $2::text[], $3::float8[]) AS send(order_id, outcome, lease_ms)
     JOIN recipients USING (order_id, outcome) WHERE email IS NOT NULL),
   claimed AS (
     INSERT INTO mails AS mail (order_id, outcome, status, attempt, lease_expires_at)
     SELECT order_id, outcome, 'sending', 1, clock_timestamp() + lease_ms * interval '1 ms' FROM ours
     ON CONFLICT (order_id, outcome) DO UPDATE
       SET attempt = mail.attempt + 1, lease_expires_at = excluded.lease_expires_at
       WHERE mail.status = 'sending' AND mail.lease_expires_at <= clock_timestamp()
     RETURNING order_id, attempt)
   SELECT order_id AS "orderId", attempt, email FROM claimed JOIN ours USING (order_id)`,
  ({ orderId }) => orderId,
);

interface Claimed {
  readonly orderId: string;
  readonly attempt: number;
  readonly email: string;
}

interface Read {
  readonly newest: boolean;
  readonly forgotten: boolean;
  readonly status: string | null;
  readonly leaseLeftMs: number;
}

const READ = `
  SELECT recipient.outcome = $2 AS newest, recipient.forgotten, mail.status,
    (extract(epoch FROM mail.lease_expires_at - clock_timestamp()) * 1000)::float8 AS "leaseLeftMs"
  FROM recipients AS recipient LEFT JOIN mails AS mail ON mail.order_id = $1 AND mail.outcome = $2
  WHERE recipient.order_id = $1`;

/** Makes a mail ours for `leaseMs`, if it is nobody's and still worth sending. */
export async function claimMail(tx: Transaction, { orderId, outcome }: Send, leaseMs: number): Promise<Claim> {
  const [claimed] = await tx.batched(CLAIM, orderId, outcome, leaseMs);
  if (claimed) return { is: 'ours', attempt: claimed.attempt, email: claimed.email };

  const [mail] = await tx.query<Read>(READ, [orderId, outcome]);
  if (mail?.forgotten) return { is: 'nothing-to-do' };
  if (!mail) throw new Error(`There is no recipient for order ${orderId}.`);
  if (mail.status !== null && mail.status !== 'sending') return { is: 'nothing-to-do' };
  return mail.newest ? { is: 'taken', forMs: mail.leaseLeftMs } : { is: 'outdated' };
}

// The attempt fences it: a worker that was stopped beyond its lease and wakes up changes nothing.
const RELEASE = `UPDATE mails SET lease_expires_at = clock_timestamp() WHERE order_id = $1 AND outcome = $2 AND attempt = $3`;

/** Gives a claim back before its lease ends, because its call has ended: the next attempt need not wait for the lease. */
export async function releaseClaim(tx: Transaction, { orderId, outcome }: Send, attempt: number): Promise<void> {
  await tx.query(RELEASE, [orderId, outcome, attempt]);
}

const SETTLE_SENT = batched<
  [orderId: string, outcome: string, attempt: number, messageId: string, sentAt: Date],
  { readonly orderId: string; readonly version: number }
>(
  `WITH sent AS (
     UPDATE mails SET status = 'sent', message_id = sent.message_id, sent_at = sent.at
     FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::timestamptz[]) AS sent(order_id, outcome, attempt, message_id, at)
     WHERE mails.order_id = sent.order_id AND mails.outcome = sent.outcome AND mails.attempt = sent.attempt AND status = 'sending'
     RETURNING mails.order_id)
   UPDATE recipients SET mails_sent = mails_sent + 1 FROM sent WHERE recipients.order_id = sent.order_id
   RETURNING recipients.order_id AS "orderId", mails_sent AS version`,
  ({ orderId }) => orderId,
);

/** Saves that the mail server took the mail and tells the world, if the claim is still ours. */
export async function settleSent(tx: Transaction, { orderId, outcome }: Send, attempt: number, messageId: string): Promise<void> {
  const sentAt = new Date();
  const [settled] = await tx.batched(SETTLE_SENT, orderId, outcome, attempt, messageId, sentAt);
  if (!settled) throw takenOver(orderId, attempt);
  tx.send(notificationSent, { orderId, version: settled.version, outcome, messageId, sentAt: sentAt.toISOString() });
}

const SETTLE_REFUSED = `
  UPDATE mails SET status = 'refused', refusal = $4
  WHERE order_id = $1 AND outcome = $2 AND attempt = $3 AND status = 'sending' RETURNING order_id`;

/** Saves that the mail server will never take the mail, and what it said, if the claim is still ours. */
export async function settleRefused(tx: Transaction, { orderId, outcome }: Send, attempt: number, said: string): Promise<void> {
  const settled = await tx.query(SETTLE_REFUSED, [orderId, outcome, attempt, said]);
  if (settled.length === 0) throw takenOver(orderId, attempt);
}

const takenOver = (orderId: string, attempt: number) =>
  new Transient(`Another worker took over the mail of order ${orderId} after attempt ${attempt}.`);

const SETTLE_SUPERSEDED = `
  INSERT INTO mails AS mail (order_id, outcome, status, attempt, lease_expires_at) VALUES ($1, $2, 'superseded', 0, clock_timestamp())
  ON CONFLICT (order_id, outcome) DO UPDATE SET status = 'superseded' WHERE mail.status = 'sending'`;

/** Saves that this mail is never sent, because the order has a newer outcome. */
export async function settleSuperseded(tx: Transaction, { orderId, outcome }: Send): Promise<void> {
  await tx.query(SETTLE_SUPERSEDED, [orderId, outcome]);
}
