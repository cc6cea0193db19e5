import { z } from 'zod';
import { event } from './contract.js';
import { currency, email, instant, minorUnits, orderId, text, version } from './parts.js';

/** An order was accepted: it exists and will settle. */
export const orderPlaced = event({
  type: 'order.placed.v1',
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

/** The order ended without a sale, and what was charged for it was given back. */
export const orderCancelled = event({
  type: 'order.cancelled.v1',
  emittedBy: 'order',
  handledBy: ['notification'],
  key: (order) => order.orderId,
  sequence: (order) => order.version,
  schema: z.strictObject({ orderId, version, reason: text(200), cancelledAt: instant }),
  sample: {
    orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
    version: 2,
    reason: 'payment declined: insufficient funds',
    cancelledAt: '2026-11-24T08:00:01.000Z',
  },
});
