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

// A service that is written against these contracts needs one import for both.
export {
  DELIVERY_LIMIT,
  exchangeOf,
  groupOf,
  type KafkaRight,
  kafkaRights,
  type KafkaTopology,
  kafkaTopology,
  masked,
  NET_EXCHANGE,
  netOf,
  oneLine,
  type Outgoing,
  outgoing,
  PARTITIONS,
  type PayloadOf,
  queueOf,
  type RabbitRights,
  rabbitRights,
  type RabbitTopology,
  rabbitTopology,
  scheduled,
  topicOf,
  unscheduled,
} from '@waybill/contract-kit';
export * from './contract.js';
export * from './notification.js';
export * from './order.js';
export * from './parts.js';
export * from './payment.js';
export { type Golden, goldenOf, incompatibilities, refusal } from './golden.js';
