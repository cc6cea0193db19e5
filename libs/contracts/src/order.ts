import { z } from 'zod';
import { command, event } from './contract.js';
import { currency, email, erasureId, instant, minorUnits, orderId, reason, text, version } from './parts.js';

/**
 * An order was accepted: it exists, and settles when its payment has an outcome. Events say nothing about the customer, because
 * Kafka cannot forget. `notification.remember` carries the address.
 */
export const orderPlaced = event({
  type: 'order.placed.v2',
  emittedBy: 'order',
  handledBy: [],
  key: (order) => order.orderId,
  sequence: (order) => order.version,
  schema: z.strictObject({ orderId, version, total: minorUnits, currency, placedAt: instant }),
  sample: {
    orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
    version: 1,
    total: 2598,
    currency: 'EUR',
    placedAt: '2026-11-24T08:00:00.000Z',
  },
});

/** As order emitted it before, with the customer. Nobody emits it any more; the topic has it for its retention. */
export const orderPlacedV1 = event({
  type: 'order.placed.v1',
  personal: true,
  emittedBy: 'order',
  handledBy: ['notification'],
  key: (order) => order.orderId,
  sequence: (order) => order.version,
  schema: z.strictObject({
    orderId,
    version,
    customerId: text(64),
    email,
    total: minorUnits,
    currency,
    placedAt: instant,
  }),
  sample: {
    orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
    version: 1,
    customerId: 'customer-17',
    email: 'ada@example.com',
    total: 2598,
    currency: 'EUR',
    placedAt: '2026-11-24T08:00:00.000Z',
  },
});

/** The order was charged: it will be delivered. */
export const orderConfirmed = event({
  type: 'order.confirmed.v1',
  emittedBy: 'order',
  handledBy: ['notification'],
  key: (order) => order.orderId,
  sequence: (order) => order.version,
  schema: z.strictObject({ orderId, version, confirmedAt: instant }),
  sample: { orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab', version: 2, confirmedAt: '2026-11-24T08:00:01.000Z' },
});

/** The customer or the deadline wants the order cancelled. `order.cancelled` follows when payment has answered. */
export const orderCancelRequested = event({
  type: 'order.cancel-requested.v1',
  emittedBy: 'order',
  handledBy: [],
  key: (order) => order.orderId,
  sequence: (order) => order.version,
  schema: z.strictObject({ orderId, version, reason, requestedAt: instant }),
  sample: {
    orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
    version: 3,
    reason: 'cancelled by the customer',
    requestedAt: '2026-11-24T08:00:02.000Z',
  },
});

/** The order ended without a sale, and the money that was charged for it is back. */
export const orderCancelled = event({
  type: 'order.cancelled.v1',
  emittedBy: 'order',
  handledBy: ['notification'],
  key: (order) => order.orderId,
  sequence: (order) => order.version,
  schema: z.strictObject({ orderId, version, reason, cancelledAt: instant }),
  sample: {
    orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
    version: 2,
    reason: 'payment declined: insufficient funds',
    cancelledAt: '2026-11-24T08:00:01.000Z',
  },
});

/** The time for a payment outcome is over. The service schedules it to itself: a timer. */
export const orderExpire = command({
  type: 'order.expire.v1',
  sentBy: ['order'],
  handledBy: 'order',
  key: (order) => order.orderId,
  schema: z.strictObject({ orderId }),
  sample: { orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab' },
});

/**
 * Take the next step of erasing a customer. The service sends it to itself, until nothing is left. It names the erasure and not the
 * customer: whose it is stands in a row, until the end.
 */
export const orderErase = command({
  type: 'order.erase.v1',
  sentBy: ['order'],
  handledBy: 'order',
  key: (erasure) => erasure.erasureId,
  schema: z.strictObject({ erasureId }),
  sample: { erasureId: '0199c1de-5b1a-7c3e-9d4f-ba9876543210' },
});
