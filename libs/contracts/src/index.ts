import type { Contract } from './contract.js';
import { notificationForget, notificationRemember, notificationSend, notificationSent } from './notification.js';
import {
  orderCancelled,
  orderCancelRequested,
  orderConfirmed,
  orderErase,
  orderExpire,
  orderPlaced,
  orderPlacedV1,
} from './order.js';
import {
  paymentCancel,
  paymentCharge,
  paymentChargeV1,
  paymentCharged,
  paymentDeclined,
  paymentForget,
  paymentRefunded,
  paymentVoided,
} from './payment.js';

/** Every message of the system. A contract that is not here has no topic, no queue and no rights. */
export const contracts = [
  orderPlaced,
  orderPlacedV1,
  orderConfirmed,
  orderCancelRequested,
  orderCancelled,
  orderExpire,
  orderErase,
  paymentCharge,
  paymentChargeV1,
  paymentCharged,
  paymentDeclined,
  paymentCancel,
  paymentRefunded,
  paymentVoided,
  paymentForget,
  notificationRemember,
  notificationForget,
  notificationSend,
  notificationSent,
] as readonly Contract[];

export * from './contract.js';
export * from './masked.js';
export * from './notification.js';
export * from './order.js';
export * from './outgoing.js';
export * from './parts.js';
export * from './payment.js';
export * from './topology.js';
