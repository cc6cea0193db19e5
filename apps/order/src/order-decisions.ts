import {
  orderCancelled,
  orderConfirmed,
  orderPlaced,
  outgoing,
  paymentCharge,
  type Outgoing,
  type PayloadOf,
} from '@waybill/contracts';
import type { paymentCharged, paymentDeclined } from '@waybill/contracts';

/** What is known of an order in every state. */
interface Facts {
  readonly id: string;
  readonly version: number;
  readonly total: number;
  readonly currency: string;
}

export type OrderState =
  | (Facts & { readonly status: 'placed' })
  | (Facts & { readonly status: 'confirmed' })
  | (Facts & { readonly status: 'cancelled'; readonly reason: string });

export type OrderStatus = OrderState['status'];

/** The new state, and the messages that follow from it. The same state again means: nothing to do. */
export interface Decision {
  readonly state: OrderState;
  readonly send: readonly Outgoing[];
}

type Received<C extends { readonly type: string }> = { readonly type: C['type']; readonly data: PayloadOf<C> };

/** Every message that an order reacts to. */
export type OrderMessage = Received<typeof paymentCharged> | Received<typeof paymentDeclined>;

export interface NewOrder {
  readonly id: string;
  readonly customerId: string;
  readonly email: string;
  readonly total: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

/** An order begins: the world is told, and payment is asked for its total. */
export function place({ id, customerId, email, total, currency, paymentMethod }: NewOrder, now: Date): Decision {
  const version = 1;
  return {
    state: { status: 'placed', id, version, total, currency },
    send: [
      outgoing(orderPlaced, { orderId: id, version, customerId, email, total, currency, placedAt: now.toISOString() }),
      outgoing(paymentCharge, { orderId: id, amount: total, currency, paymentMethod }),
    ],
  };
}

/** What a message means for an order. Throws when the message contradicts what the order knows. */
export function react(order: OrderState, message: OrderMessage, now: Date): Decision {
  switch (message.type) {
    case 'payment.charged.v1':
      return charged(order, message.data, now);
    case 'payment.declined.v1':
      return declined(order, message.data, now);
  }
}

function charged(order: OrderState, { amount, currency }: PayloadOf<typeof paymentCharged>, now: Date): Decision {
  if (amount !== order.total || currency !== order.currency) {
    throw new Error(`Order ${order.id} costs ${order.total} ${order.currency}, but ${amount} ${currency} were charged.`);
  }
  switch (order.status) {
    case 'placed':
      return confirm(order, now);
    case 'confirmed':
      return unchanged(order);
    case 'cancelled':
      throw new Error(`Order ${order.id} is cancelled, but its payment was charged.`);
  }
}

function declined(order: OrderState, { reason }: PayloadOf<typeof paymentDeclined>, now: Date): Decision {
  switch (order.status) {
    case 'placed':
      return cancel(order, `payment declined: ${reason}`, now);
    case 'confirmed':
      throw new Error(`Order ${order.id} is confirmed, but its payment was declined.`);
    case 'cancelled':
      return unchanged(order);
  }
}

function confirm({ id, version, total, currency }: OrderState, now: Date): Decision {
  const state = { status: 'confirmed', id, version: version + 1, total, currency } as const;
  return { state, send: [outgoing(orderConfirmed, { orderId: id, version: state.version, confirmedAt: now.toISOString() })] };
}

function cancel({ id, version, total, currency }: OrderState, reason: string, now: Date): Decision {
  const state = { status: 'cancelled', id, version: version + 1, total, currency, reason } as const;
  return {
    state,
    send: [outgoing(orderCancelled, { orderId: id, version: state.version, reason, cancelledAt: now.toISOString() })],
  };
}

const unchanged = (state: OrderState): Decision => ({ state, send: [] });
