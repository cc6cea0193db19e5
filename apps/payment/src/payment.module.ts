import { Module, type DynamicModule } from '@nestjs/common';
import { databaseModule, messagingModule } from '@waybill/service';
import { CancelPayment } from './cancel-payment.js';
import { ChargePayment } from './charge-payment.js';
import type { PaymentConfig } from './config.js';
import { ForgetPayment } from './forget-payment.js';
import { ListPayments } from './list-payments.js';
import { PaymentMetrics } from './payment-metrics.js';
import { Payment } from './payment.entity.js';
import { Provider } from './provider.js';

/**
 * Moves the money of an order at the payment provider, once, and gives it back when the order is cancelled.
 * Handles payment.charge, payment.cancel and payment.forget. Emits payment.charged, payment.declined, payment.refunded and payment.voided.
 */
@Module({
  controllers: [
    // routes
    ListPayments,
    // commands
    ChargePayment,
    CancelPayment,
    ForgetPayment,
  ],
})
export class PaymentModule {
  static with(config: PaymentConfig): DynamicModule {
    return {
      module: PaymentModule,
      imports: [databaseModule(config, { entities: [Payment] }), messagingModule(config)],
      providers: [{ provide: Provider, useValue: new Provider(config.provider) }, PaymentMetrics],
    };
  }
}
