import { Module, type DynamicModule } from '@nestjs/common';
import { databaseModule, messagingModule } from '@waybill/service';
import type { OrderConfig } from './config.js';
import { ListProducts } from './list-products.js';
import { OnPaymentCharged } from './on-payment-charged.js';
import { OnPaymentDeclined } from './on-payment-declined.js';
import { Order } from './order.entity.js';
import { OrderHistoryEntry } from './order-history.entity.js';
import { PlaceOrder } from './place-order.js';
import { Product } from './product.entity.js';
import { ReadOrder } from './read-order.js';

/**
 * Takes orders and sees each of them through to `confirmed` or `cancelled` (`order-decisions.ts` is its saga).
 * Emits order.placed, order.confirmed and order.cancelled; sends payment.charge.
 */
@Module({
  controllers: [
    // routes
    PlaceOrder,
    ReadOrder,
    ListProducts,
    // reactions
    OnPaymentCharged,
    OnPaymentDeclined,
  ],
})
export class OrderModule {
  static with(config: OrderConfig): DynamicModule {
    return {
      module: OrderModule,
      imports: [databaseModule(config, { entities: [Order, OrderHistoryEntry, Product] }), messagingModule(config)],
    };
  }
}
