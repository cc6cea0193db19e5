import { Module, type DynamicModule } from '@nestjs/common';
import { databaseModule, messagingModule } from '@waybill/service';
import { CancelOrder } from './cancel-order.js';
import type { OrderConfig } from './config.js';
import { EraseCustomer } from './erase-customer.js';
import { EraseMe } from './erase-me.js';
import { ExpireOrder } from './expire-order.js';
import { ForgetKeys } from './forget-keys.js';
import { ListOrders } from './list-orders.js';
import { ListProducts } from './list-products.js';
import { OnPaymentCharged } from './on-payment-charged.js';
import { OnPaymentDeclined } from './on-payment-declined.js';
import { OnPaymentRefunded } from './on-payment-refunded.js';
import { OnPaymentVoided } from './on-payment-voided.js';
import { OrderMetrics } from './order-metrics.js';
import { PlaceOrder } from './place-order.js';
import { DataSource } from 'typeorm';
import { ReadOrder } from './read-order.js';

/**
 * Takes orders and sees each of them through to `confirmed` or `cancelled` (`order-decisions.ts` is its saga).
 * Emits order.placed, order.confirmed, order.cancel-requested and order.cancelled. Sends payment.charge and payment.cancel,
 * notification.remember, payment.forget and notification.forget, and order.expire and order.erase to itself.
 */
@Module({
  controllers: [
    // routes
    PlaceOrder,
    CancelOrder,
    ReadOrder,
    ListOrders,
    ListProducts,
    EraseMe,
    // reactions
    OnPaymentCharged,
    OnPaymentDeclined,
    OnPaymentRefunded,
    OnPaymentVoided,
    // timers
    ExpireOrder,
  ],
})
export class OrderModule {
  static with(config: OrderConfig): DynamicModule {
    return {
      module: OrderModule,
      // No part of the API: a route for operators, and the steps that follow from it.
      controllers: [EraseCustomer],
      imports: [databaseModule(config, { entities: [] }), messagingModule(config)],
      providers: [
        { provide: PlaceOrder.PAYMENT_DEADLINE_MS, useValue: config.paymentDeadlineMs },
        ForgetKeys,
        {
          provide: OrderMetrics,
          useFactory: (database: DataSource) => new OrderMetrics(database, config.paymentDeadlineMs),
          inject: [DataSource],
        },
      ],
    };
  }
}
