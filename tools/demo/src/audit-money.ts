import type { ChargeLine, Evidence, OrderRow, PaymentRow } from './evidence.ts';
import { doubled, lost, mischarged, type Finding } from './finding.ts';
import { groupBy } from './group-by.ts';

/** Charged exactly once if and only if confirmed, to the cent: the provider's ledger against orders and payments. */
export function auditMoney({ orders, payments, charges }: Evidence): Finding[] {
  const linesOf = groupBy(charges, (line) => line.reference);
  const paymentsOf = groupBy(payments, (payment) => payment.orderId);
  const known = new Set(orders.map(({ id }) => id));
  return [
    ...orders.flatMap((order) => [
      ...auditMovements(order, linesOf(order.id)),
      ...auditPayment(order, paymentsOf(order.id)[0], linesOf(order.id)),
    ]),
    ...charges
      .filter(({ effect, reference }) => effect && !known.has(reference))
      .map(({ seq, kind, reference }) =>
        mischarged(`Order ${reference} is not in the database, but the provider has a ${kind} for it (line ${seq}).`),
      ),
  ];
}

function auditMovements({ id, status, total, currency }: OrderRow, lines: readonly ChargeLine[]): Finding[] {
  const moved = lines.filter(({ effect }) => effect);
  const charged = moved.filter(({ kind }) => kind === 'charge');
  const refunded = moved.filter(({ kind }) => kind === 'refund');
  const keys = new Set(lines.filter(({ kind }) => kind === 'charge').map(({ idempotencyKey }) => idempotencyKey));
  const wrongSum = moved.filter((line) => line.amount !== total || line.currency !== currency);
  return [
    ...(charged.length > 1
      ? [doubled(`Order ${id} was charged ${charged.length} times (lines ${charged.map(({ seq }) => seq).join(', ')}).`)]
      : []),
    // This provider knows an order by its reference as well; one that goes by the key alone would have taken the money twice.
    ...(keys.size > 1 ? [doubled(`Order ${id}: the provider was asked for the money under ${keys.size} keys.`)] : []),
    ...(refunded.length > charged.length ? [doubled(`Order ${id} was refunded more often than it was charged.`)] : []),
    ...(status === 'confirmed' && charged.length === 0 ? [mischarged(`Order ${id} is confirmed but was never charged.`)] : []),
    ...(status === 'confirmed' && charged.length > 0 && refunded.length > 0
      ? [mischarged(`Order ${id} is confirmed but was refunded.`)]
      : []),
    ...(status === 'cancelled' && charged.length > refunded.length
      ? [mischarged(`Order ${id} is cancelled but its charge was not given back.`)]
      : []),
    ...wrongSum.map(({ kind, amount, currency: other, seq }) =>
      mischarged(`Order ${id} costs ${total} ${currency}, but the provider's ${kind} is ${amount} ${other} (line ${seq}).`),
    ),
  ];
}

const PAYMENT_AFTER: Readonly<Record<string, readonly string[]>> = {
  confirmed: ['charged'],
  cancelled: ['declined', 'refunded', 'voided'],
};

function auditPayment(
  { id, status, total, currency }: OrderRow,
  payment: PaymentRow | undefined,
  lines: readonly ChargeLine[],
): Finding[] {
  const expected = PAYMENT_AFTER[status];
  if (!expected) return [];
  if (!payment) return [lost(`Order ${id} is ${status} but has no payment.`)];
  const asked = lines.some(({ kind }) => kind === 'charge');
  const refunded = lines.some(({ kind, effect }) => kind === 'refund' && effect);
  return [
    ...(expected.includes(payment.status) ? [] : [mischarged(`Order ${id} is ${status}, but its payment is ${payment.status}.`)]),
    ...(payment.amount === total && payment.currency === currency
      ? []
      : [mischarged(`Order ${id} costs ${total} ${currency}, but its payment is ${payment.amount} ${payment.currency}.`)]),
    ...((payment.status === 'refunded') === refunded
      ? []
      : [
          mischarged(
            `Order ${id}: its payment is ${payment.status}, but the provider ${refunded ? 'gave money back' : 'gave nothing back'}.`,
          ),
        ]),
    ...(payment.status === 'declined' && !asked
      ? [lost(`Order ${id} was declined, but the provider was never asked for the money.`)]
      : []),
  ];
}
