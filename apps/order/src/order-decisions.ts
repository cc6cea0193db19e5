import {
  notificationRemember,
  orderCancelled,
  orderCancelRequested,
  orderConfirmed,
  orderExpire,
  orderPlaced,
  outgoing,
  paymentCancel,
  paymentCharge,
  reasonFrom,
  scheduled,
  unscheduled,
  type Outgoing,
  type PayloadOf,
  type paymentCharged,
  type paymentDeclined,
  type paymentRefunded,
  type paymentVoided,
} from '@waybill/contracts';

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
  /** Its payment is being reversed: only payment can say when that is done. */
  | (Facts & { readonly status: 'cancelling'; readonly reason: string })
  | (Facts & { readonly status: 'cancelled'; readonly reason: string });

export type OrderStatus = OrderState['status'];

/** The new state, and the messages that follow from it. The same object again means that there is nothing to do. */
export interface Decision {
  readonly state: OrderState;
  readonly send: readonly Outgoing[];
}

type MessageOf<C extends { readonly type: string }> = { readonly type: C['type']; readonly data: PayloadOf<C> };

/** Every message that an order reacts to. */
export type OrderMessage =
  | MessageOf<typeof paymentCharged>
  | MessageOf<typeof paymentDeclined>
  | MessageOf<typeof paymentRefunded>
  | MessageOf<typeof paymentVoided>
  | MessageOf<typeof orderExpire>;

export interface NewOrder {
  readonly id: string;
  readonly customerId: string;
  readonly email: string;
  readonly total: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

/** Begins an order: tells the world, tells notification whom to mail, asks payment for the total, and sets the deadline for payment to say what came of it. */
export function place(order: NewOrder, paymentDeadlineMs: number, now: Date): Decision {
  const { id, customerId, email, total, currency, paymentMethod } = order;
  const version = 1;
  return {
    state: { status: 'placed', id, version, total, currency },
    send: [
      outgoing(orderPlaced, { orderId: id, version, total, currency, placedAt: now.toISOString() }),
      outgoing(notificationRemember, { orderId: id, customerId, email }),
      outgoing(paymentCharge, { orderId: id, customerId, amount: total, currency, paymentMethod }),
      scheduled(orderExpire, { orderId: id }, paymentDeadlineMs),
    ],
  };
}

/** The customer does not want the order any more. A second request changes nothing. */
export const cancelByCustomer = (order: OrderState, now: Date): Decision => cancel(order, 'cancelled by the customer', now);

/** Support does not want the order any more, and says why. */
export const cancelBySupport =
  (reason: string) =>
  (order: OrderState, now: Date): Decision =>
    cancel(order, reasonFrom(`cancelled by support: ${reason}`), now);

function cancel(order: OrderState, reason: string, now: Date): Decision {
  switch (order.status) {
    case 'placed':
    case 'confirmed':
      return cancelling(order, reason, now);
    case 'cancelling':
    case 'cancelled':
      return unchanged(order);
  }
}

/** What a message means for an order. Throws when the message contradicts what the order knows. */
export function react(order: OrderState, message: OrderMessage, now: Date): Decision {
  switch (message.type) {
    case 'payment.charged.v1':
      return charged(order, message.data, now);
    case 'payment.declined.v1':
      return declined(order, message.data, now);
    case 'payment.refunded.v1':
      refuseOtherMoney(order, message.data, 'refunded');
      return reversed(order, 'refunded', now);
    case 'payment.voided.v1':
      return reversed(order, 'voided', now);
    case 'order.expire.v1':
      return expired(order, now);
  }
}

function charged(order: OrderState, money: PayloadOf<typeof paymentCharged>, now: Date): Decision {
  refuseOtherMoney(order, money, 'charged');
  switch (order.status) {
    case 'placed':
      return confirmed(order, now);
    case 'confirmed':
      return unchanged(order);
    // The charge came too late. Payment has its command to give the money back, and says so when it has.
    case 'cancelling':
      return unchanged(order);
    case 'cancelled':
      throw new Error(`Order ${order.id} is cancelled, but its payment was charged.`);
  }
}

function declined(order: OrderState, { reason }: PayloadOf<typeof paymentDeclined>, now: Date): Decision {
  switch (order.status) {
    case 'placed':
      // Payment's reason may fill the limit of its contract. With our words before it, `reasonFrom` cuts it to the next limit.
      return cancelled(order, reasonFrom(`payment declined: ${reason}`), now);
    case 'confirmed':
      throw new Error(`Order ${order.id} is confirmed, but its payment was declined.`);
    // Payment also has our command to cancel, and answers that too.
    case 'cancelling':
    case 'cancelled':
      return unchanged(order);
  }
}

function reversed(order: OrderState, how: 'refunded' | 'voided', now: Date): Decision {
  switch (order.status) {
    case 'placed':
    case 'confirmed':
      throw new Error(`Order ${order.id} is ${order.status} and nobody cancelled it, but its payment was ${how}.`);
    case 'cancelling':
      return cancelled(order, order.reason, now);
    case 'cancelled':
      return unchanged(order);
  }
}

function expired(order: OrderState, now: Date): Decision {
  switch (order.status) {
    case 'placed':
      return cancelling(order, 'no payment outcome in time', now);
    case 'confirmed':
    case 'cancelling':
    case 'cancelled':
      return unchanged(order);
  }
}

function confirmed({ id, version, total, currency }: OrderState, now: Date): Decision {
  const state = { status: 'confirmed', id, version: version + 1, total, currency } as const;
  return {
    state,
    send: [
      outgoing(orderConfirmed, { orderId: id, version: state.version, confirmedAt: now.toISOString() }),
      unscheduled(orderExpire, id),
    ],
  };
}

/** The order does not know whether money has moved: payment finds out and undoes it. */
function cancelling({ id, version, total, currency }: OrderState, reason: string, now: Date): Decision {
  const state = { status: 'cancelling', id, version: version + 1, total, currency, reason } as const;
  return {
    state,
    send: [
      outgoing(orderCancelRequested, { orderId: id, version: state.version, reason, requestedAt: now.toISOString() }),
      outgoing(paymentCancel, { orderId: id, amount: total, currency }),
      unscheduled(orderExpire, id),
    ],
  };
}

function cancelled({ id, version, total, currency }: OrderState, reason: string, now: Date): Decision {
  const state = { status: 'cancelled', id, version: version + 1, total, currency, reason } as const;
  return {
    state,
    send: [
      outgoing(orderCancelled, { orderId: id, version: state.version, reason, cancelledAt: now.toISOString() }),
      unscheduled(orderExpire, id),
    ],
  };
}

const unchanged = (state: OrderState): Decision => ({ state, send: [] });

function refuseOtherMoney(order: OrderState, { amount, currency }: { amount: number; currency: string }, what: string): void {
  if (amount === order.total && currency === order.currency) return;
  throw new Error(`Order ${order.id} costs ${order.total} ${order.currency}, but ${amount} ${currency} were ${what}.`);
}
