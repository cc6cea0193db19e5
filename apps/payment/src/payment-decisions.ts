import { outgoing, paymentCharged, paymentDeclined, type Outgoing } from '@waybill/contracts';

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
  | (Facts & { readonly status: 'declined'; readonly reason: string });

export type PaymentStatus = PaymentState['status'];

/** What the provider says about a charge. That it says nothing is no outcome: the payment goes on charging. */
export type ChargeOutcome = { readonly outcome: 'charged' } | { readonly outcome: 'declined'; readonly reason: string };

/** The new state, and the messages that follow from it. */
export interface Decision {
  readonly state: PaymentState;
  readonly send: readonly Outgoing[];
}

/** What the provider's outcome means for a payment. An outcome that is there already stands. */
export function chargeEnded(payment: PaymentState, charge: ChargeOutcome, now: Date): Decision {
  switch (payment.status) {
    case 'charging':
      return charge.outcome === 'charged' ? charged(payment, now) : declined(payment, charge.reason, now);
    case 'charged':
    case 'declined':
      return { state: payment, send: [] };
  }
}

function charged({ orderId, version, amount, currency }: PaymentState, now: Date): Decision {
  const state = { status: 'charged', orderId, version: version + 1, amount, currency } as const;
  return {
    state,
    send: [outgoing(paymentCharged, { orderId, version: state.version, amount, currency, chargedAt: now.toISOString() })],
  };
}

function declined({ orderId, version, amount, currency }: PaymentState, reason: string, now: Date): Decision {
  const state = { status: 'declined', orderId, version: version + 1, amount, currency, reason } as const;
  return { state, send: [outgoing(paymentDeclined, { orderId, version: state.version, reason, declinedAt: now.toISOString() })] };
}
