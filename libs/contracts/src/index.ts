import type { Contract } from './contract.js';
import { notificationSend, notificationSent } from './notification.js';
import { orderCancelled, orderConfirmed, orderPlaced } from './order.js';
import { paymentCharge, paymentCharged, paymentDeclined } from './payment.js';

/** Every message of the system. A contract that is not here has no topic, no queue and no rights. */
export const contracts = [
  orderPlaced,
  orderConfirmed,
  orderCancelled,
  paymentCharge,
  paymentCharged,
  paymentDeclined,
  notificationSend,
  notificationSent,
] as readonly Contract[];

export {
  notificationSend,
  notificationSent,
  orderCancelled,
  orderConfirmed,
  orderPlaced,
  paymentCharge,
  paymentCharged,
  paymentDeclined,
};
export * from './contract.js';
export * from './outgoing.js';
export * from './parts.js';
export * from './topology.js';
