import { z } from 'zod';
import { command, event } from './contract.js';
import { email, instant, orderId, text, version } from './parts.js';

/** Remember who gets the mails about an order. It may come after the order's outcome: the mail then waits for it. */
export const notificationRemember = command({
  type: 'notification.remember.v1',
  personal: true,
  sentBy: ['order'],
  handledBy: 'notification',
  key: (recipient) => recipient.orderId,
  schema: z.strictObject({ orderId, customerId: text(64), email }),
  sample: { orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab', customerId: 'customer-17', email: 'ada@example.com' },
});

/** Forget who got the mails about this order, also when the address comes later than this. */
export const notificationForget = command({
  type: 'notification.forget.v1',
  sentBy: ['order'],
  handledBy: 'notification',
  key: (order) => order.orderId,
  schema: z.strictObject({ orderId }),
  sample: { orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab' },
});

/** Mail the order's outcome to its customer. The service sends itself this command, which makes its queue the list of work. */
export const notificationSend = command({
  type: 'notification.send.v1',
  sentBy: ['notification'],
  handledBy: 'notification',
  key: (mail) => mail.orderId,
  schema: z.strictObject({ orderId, outcome: z.enum(['confirmed', 'cancelled']) }),
  sample: { orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab', outcome: 'confirmed' },
});

/** The mail server took the mail. */
export const notificationSent = event({
  type: 'notification.sent.v1',
  emittedBy: 'notification',
  handledBy: [],
  key: (mail) => mail.orderId,
  sequence: (mail) => mail.version,
  schema: z.strictObject({
    orderId,
    version,
    outcome: z.enum(['confirmed', 'cancelled']),
    messageId: text(200),
    sentAt: instant,
  }),
  sample: {
    orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
    version: 1,
    outcome: 'confirmed',
    messageId: '<0199c1de-5b1a-7c3e-9d4f-0123456789ab.confirmed@waybill.example>',
    sentAt: '2026-11-24T08:00:02.000Z',
  },
});
