import { CreatePayments1795500000000 } from './1795500000000-create-payments.js';
import { ReversePayments1795600000000 } from './1795600000000-reverse-payments.js';
import { IndexUnsettledPayments1795700000000 } from './1795700000000-index-unsettled-payments.js';
import { CustomersOfPayments1796900000000 } from './1796900000000-customers-of-payments.js';
import { ForgottenPayments1797100000000 } from './1797100000000-forgotten-payments.js';

/** In the order in which they run. A migration that was released is never changed: add another one. */
export const paymentMigrations = [
  CreatePayments1795500000000,
  ReversePayments1795600000000,
  IndexUnsettledPayments1795700000000,
  CustomersOfPayments1796900000000,
  ForgottenPayments1797100000000,
];
