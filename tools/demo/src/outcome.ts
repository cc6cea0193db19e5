import type { Evidence } from './evidence.ts';

/** What `--json` writes: the orders of this run, and every violation. */
export interface Outcome {
  readonly ok: boolean;
  readonly orders: { requested: number; accepted: number; confirmed: number; cancelled: number; other: number };
  readonly payments: { charged: number; refunded: number; voided: number; declined: number };
  readonly mails: { sent: number; distinct: number };
  readonly deadLetters: number;
  readonly elapsedMs: { install: number; start: number; firstConfirmed: number; total: number };
  readonly violations: readonly string[];
}

/** Counts what became of a run. Money and mails are counted in the ledgers of the outside world. */
export function outcomeOf(
  evidence: Evidence,
  { run, requested, violations, elapsedMs }: { run: string; requested: number } & Pick<Outcome, 'violations' | 'elapsedMs'>,
): Outcome {
  const ofRun = ({ customerId }: { customerId: string }) => customerId.startsWith(`${run}-`);
  const orders = evidence.orders.filter(ofRun);
  const ids = new Set(orders.map(({ id }) => id));
  const withStatus = (status: string) => orders.filter((order) => order.status === status).length;
  const confirmed = withStatus('confirmed');
  const cancelled = withStatus('cancelled');
  const moved = (kind: string) =>
    evidence.charges.filter((line) => line.kind === kind && line.effect && ids.has(line.reference)).length;
  const ended = (status: string) =>
    evidence.payments.filter((payment) => payment.status === status && ids.has(payment.orderId)).length;
  const mails = evidence.deliveries.filter(({ effect, orderId }) => effect && orderId !== null && ids.has(orderId));
  return {
    ok: violations.length === 0,
    orders: {
      requested,
      accepted: evidence.requests.filter((request) => ofRun(request) && request.answers.length > 0).length,
      confirmed,
      cancelled,
      other: orders.length - confirmed - cancelled,
    },
    payments: { charged: moved('charge'), refunded: moved('refund'), voided: ended('voided'), declined: ended('declined') },
    mails: { sent: mails.length, distinct: new Set(mails.map(({ messageId }) => messageId)).size },
    deadLetters: evidence.parked.filter(({ state }) => state === 'dead').length,
    elapsedMs,
    violations,
  };
}
