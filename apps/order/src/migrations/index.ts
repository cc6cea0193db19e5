import { CreateOrders1795500000000 } from './1795500000000-create-orders.js';
import { CreateProducts1795500000001 } from './1795500000001-create-products.js';
import { ExpireIdempotencyKeys1795600000000 } from './1795600000000-expire-idempotency-keys.js';
import { IndexUnsettledOrders1795700000000 } from './1795700000000-index-unsettled-orders.js';
import { IndexCustomersOrders1796700000000 } from './1796700000000-index-customers-orders.js';
import { KeepReasons1797000000000 } from './1797000000000-keep-reasons.js';
import { Erasures1797100000000 } from './1797100000000-erasures.js';

/** In the order in which they run. A migration that was released is never changed: add another one. */
export const orderMigrations = [
  CreateOrders1795500000000,
  CreateProducts1795500000001,
  ExpireIdempotencyKeys1795600000000,
  IndexUnsettledOrders1795700000000,
  IndexCustomersOrders1796700000000,
  KeepReasons1797000000000,
  Erasures1797100000000,
];
