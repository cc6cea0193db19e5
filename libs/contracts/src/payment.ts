import { z } from 'zod';
import { command, event } from './contract.js';
import { currency, instant, minorUnits, orderId, reason, text, version } from './parts.js';

/** Charge an order's total, once. `payment.charged` or `payment.declined` answers it, unless `payment.cancel` was first. */
export const paymentCharge = command({
  type: 'payment.charge.v2',
  personal: true,
  sentBy: ['order'],
  handledBy: 'payment',
  key: (charge) => charge.orderId,
  schema: z.strictObject({ orderId, customerId: text(64), amount: minorUnits, currency, paymentMethod: text(64) }),
  sample: {
    orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
    customerId: 'customer-17',
    amount: 2598,
    currency: 'EUR',
    paymentMethod: 'pm_ok',
  },
});

/** As order sent it before payment knew customers. Nobody sends it any more; some may wait, parked or in the queue. */
export const paymentChargeV1 = command({
  type: 'payment.charge.v1',
  personal: true,
  sentBy: ['order'],
  handledBy: 'payment',
  key: (charge) => charge.orderId,
  schema: z.strictObject({ orderId, amount: minorUnits, currency, paymentMethod: text(64) }),
  sample: { orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab', amount: 2598, currency: 'EUR', paymentMethod: 'pm_ok' },
});

/** The provider moved the money. */
export const paymentCharged = event({
  type: 'payment.charged.v1',
  emittedBy: 'payment',
  handledBy: ['order'],
  key: (payment) => payment.orderId,
  sequence: (payment) => payment.version,
  schema: z.strictObject({ orderId, version, amount: minorUnits, currency, chargedAt: instant }),
  sample: {
    orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
    version: 1,
    amount: 2598,
    currency: 'EUR',
    chargedAt: '2026-11-24T08:00:00.500Z',
  },
});

/** The provider refused: no money moved, and it never will for this order. */
export const paymentDeclined = event({
  type: 'payment.declined.v1',
  emittedBy: 'payment',
  handledBy: ['order'],
  key: (payment) => payment.orderId,
  sequence: (payment) => payment.version,
  schema: z.strictObject({ orderId, version, reason, declinedAt: instant }),
  sample: {
    orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
    version: 1,
    reason: 'insufficient funds',
    declinedAt: '2026-11-24T08:00:00.500Z',
  },
});

/**
 * Keep no money of this order, whatever its charge has come to: give the money back, or close the charge. Each cancel is answered
 * by `payment.refunded` or `payment.voided`, once the provider has answered. Payment sends itself one for money that moved later.
 */
export const paymentCancel = command({
  type: 'payment.cancel.v1',
  sentBy: ['order', 'payment'],
  handledBy: 'payment',
  key: (cancel) => cancel.orderId,
  schema: z.strictObject({ orderId, amount: minorUnits, currency }),
  sample: { orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab', amount: 2598, currency: 'EUR' },
});

/** The provider gave back what it had charged. */
export const paymentRefunded = event({
  type: 'payment.refunded.v1',
  emittedBy: 'payment',
  handledBy: ['order'],
  key: (payment) => payment.orderId,
  sequence: (payment) => payment.version,
  schema: z.strictObject({ orderId, version, amount: minorUnits, currency, refundedAt: instant }),
  sample: {
    orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
    version: 2,
    amount: 2598,
    currency: 'EUR',
    refundedAt: '2026-11-24T08:00:03.000Z',
  },
});

/** Nothing was charged, and nothing will be: the provider refuses a charge that arrives later. */
export const paymentVoided = event({
  type: 'payment.voided.v1',
  emittedBy: 'payment',
  handledBy: ['order'],
  key: (payment) => payment.orderId,
  sequence: (payment) => payment.version,
  schema: z.strictObject({ orderId, version, voidedAt: instant }),
  sample: { orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab', version: 1, voidedAt: '2026-11-24T08:00:03.000Z' },
});

/** Forget whose order this was and how it was paid. The sums stay. */
export const paymentForget = command({
  type: 'payment.forget.v1',
  sentBy: ['order'],
  handledBy: 'payment',
  key: (order) => order.orderId,
  schema: z.strictObject({ orderId }),
  sample: { orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab' },
});
