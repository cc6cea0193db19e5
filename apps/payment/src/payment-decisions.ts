import {
  outgoing,
  paymentCancel,
  paymentCharged,
  paymentDeclined,
  paymentRefunded,
  paymentVoided,
  type Outgoing,
} from '@waybill/contracts';

/** What is known of a payment in every state. */
interface Facts {
  readonly orderId: string;
  readonly version: number;
  readonly amount: number;
  readonly currency: string;
}

export type PaymentState =
  | (Facts & { readonly status: 'charging' })
  | (Facts & { readonly status: 'charged' })
  | (Facts & { readonly status: 'declined'; readonly reason: string })
  /** We ask the provider to give back what was charged, or to close what was not. */
  | (Facts & { readonly status: 'reversing' })
  | (Facts & { readonly status: 'refunded' })
  /** No money moved, and none will: a charge that comes later does nothing. */
  | (Facts & { readonly status: 'voided' });

export type PaymentStatus = PaymentState['status'];

/** What the provider says about a charge. Silence is no outcome: the payment stays `charging`. */
export type ChargeOutcome = { readonly outcome: 'charged' } | { readonly outcome: 'declined'; readonly reason: string };

/** What the provider says about a reversal: there was money to give back, or there was none and now there never will be. */
export type ReversalOutcome = 'refunded' | 'closed';

/** The new state, and the messages that follow from it. The same object again means that there is nothing to do. */
export interface Decision {
  readonly state: PaymentState;
  readonly send: readonly Outgoing[];
}

/**
 * What the provider's outcome means for a payment. An outcome that is saved already stands. But a reversal may have missed money
 * that moved although the payment was cancelled: then we ask the provider to reverse it once more.
 */
export function chargeEnded(payment: PaymentState, charge: ChargeOutcome, now: Date): Decision {
  switch (payment.status) {
    case 'charging':
      return charge.outcome === 'charged' ? charged(payment, now) : declined(payment, charge.reason, now);
    case 'reversing':
      return charge.outcome === 'charged' ? { state: reversing(payment), send: [] } : unchanged(payment);
    // The order was told that no money moves.
    case 'declined':
    case 'voided':
      return charge.outcome === 'charged' ? reverseAfterAll(payment) : unchanged(payment);
    // One charge has one answer, however often we ask. A refund by the reference has given back all that was charged by it.
    case 'charged':
    case 'refunded':
      return unchanged(payment);
  }
}

/**
 * What a cancel means for a payment. When no worker has charged the order yet (`undefined`), it leaves a mark, so that the charge
 * does nothing. Once a worker has asked the provider, only a reversal there can tell: a look-up does not prove that nothing was
 * charged, because an earlier call may still be on its way.
 */
export function cancelAsked(payment: PaymentState | undefined, asked: Omit<Facts, 'version'>, now: Date): Decision {
  if (!payment) return voided({ status: 'charging', version: 0, ...asked }, now);
  switch (payment.status) {
    case 'charging':
    case 'charged':
      return { state: reversing(payment), send: [] };
    // The provider said no: there is nothing to give back.
    case 'declined':
    case 'voided':
      return voided(payment, now);
    case 'refunded':
      return refunded(payment, now);
    // Payment answers when the reversal under way has ended.
    case 'reversing':
      return unchanged(payment);
  }
}

/** What the provider's answer to a reversal means for a payment. */
export function reversalEnded(payment: PaymentState, outcome: ReversalOutcome, now: Date): Decision {
  switch (payment.status) {
    case 'reversing':
      return outcome === 'refunded' ? refunded(payment, now) : voided(payment, now);
    case 'charging':
    case 'charged':
    case 'declined':
    case 'refunded':
    case 'voided':
      return unchanged(payment);
  }
}

function charged(payment: PaymentState, now: Date): Decision {
  const { orderId, version, amount, currency } = next(payment);
  const state = { status: 'charged', orderId, version, amount, currency } as const;
  return { state, send: [outgoing(paymentCharged, { orderId, version, amount, currency, chargedAt: now.toISOString() })] };
}

function declined(payment: PaymentState, reason: string, now: Date): Decision {
  const { orderId, version, amount, currency } = next(payment);
  const state = { status: 'declined', orderId, version, amount, currency, reason } as const;
  return { state, send: [outgoing(paymentDeclined, { orderId, version, reason, declinedAt: now.toISOString() })] };
}

function refunded(payment: PaymentState, now: Date): Decision {
  const { orderId, version, amount, currency } = next(payment);
  const state = { status: 'refunded', orderId, version, amount, currency } as const;
  return { state, send: [outgoing(paymentRefunded, { orderId, version, amount, currency, refundedAt: now.toISOString() })] };
}

function voided(payment: PaymentState, now: Date): Decision {
  const { orderId, version, amount, currency } = next(payment);
  const state = { status: 'voided', orderId, version, amount, currency } as const;
  return { state, send: [outgoing(paymentVoided, { orderId, version, voidedAt: now.toISOString() })] };
}

/** The order has had its answer and is cancelled. Payment sends itself a cancel, and the order ignores the refund that follows. */
function reverseAfterAll(payment: PaymentState): Decision {
  const { orderId, amount, currency } = payment;
  return { state: reversing(payment), send: [outgoing(paymentCancel, { orderId, amount, currency })] };
}

const reversing = ({ orderId, version, amount, currency }: PaymentState): PaymentState => ({
  status: 'reversing',
  orderId,
  version,
  amount,
  currency,
});

const unchanged = (state: PaymentState): Decision => ({ state, send: [] });

/** The version counts the outcomes: it is the sequence of the events. */
const next = ({ orderId, version, amount, currency }: PaymentState): Facts => ({
  orderId,
  version: version + 1,
  amount,
  currency,
});
