import { Module, type DynamicModule } from '@nestjs/common';
import { databaseModule, messagingModule } from '@waybill/service';
import { ChargePayment } from './charge-payment.js';
import type { PaymentConfig } from './config.js';
import { ListPayments } from './list-payments.js';
import { Payment } from './payment.entity.js';
import { Provider } from './provider.js';

/**
 * Moves the money of an order at the payment provider, once.
 * Handles payment.charge; emits payment.charged and payment.declined.
 */
@Module({
  controllers: [
    // routes
    ListPayments,
    // commands
    ChargePayment,
  ],
})
export class PaymentModule {
  static with(config: PaymentConfig): DynamicModule {
    return {
      module: PaymentModule,
      imports: [databaseModule(config, { entities: [Payment] }), messagingModule(config)],
      providers: [{ provide: Provider, useValue: new Provider(config.provider) }],
    };
  }
}
