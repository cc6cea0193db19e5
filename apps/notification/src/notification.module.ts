import { Module, type DynamicModule } from '@nestjs/common';
import { databaseModule, messagingModule } from '@waybill/service';
import type { NotificationConfig } from './config.js';
import { ForgetRecipient } from './forget-recipient.js';
import { ListNotifications } from './list-notifications.js';
import { Mail } from './mail.entity.js';
import { Mailer } from './mailer.js';
import { OnOrderCancelled } from './on-order-cancelled.js';
import { OnOrderConfirmed } from './on-order-confirmed.js';
import { OnOrderPlaced } from './on-order-placed.js';
import { Recipient } from './recipient.entity.js';
import { RememberRecipient } from './remember-recipient.js';
import { SendMail } from './send-mail.js';

/**
 * Mails the outcome of an order to its customer.
 * Handles notification.remember, notification.forget, order.confirmed and order.cancelled, notification.send from itself, and order.placed from before.
 * Emits notification.sent.
 */
@Module({
  controllers: [
    // routes
    ListNotifications,
    // reactions
    OnOrderPlaced,
    OnOrderConfirmed,
    OnOrderCancelled,
    // commands
    RememberRecipient,
    ForgetRecipient,
    SendMail,
  ],
})
export class NotificationModule {
  static with(config: NotificationConfig): DynamicModule {
    return {
      module: NotificationModule,
      imports: [databaseModule(config, { entities: [Recipient, Mail] }), messagingModule(config)],
      providers: [{ provide: Mailer, useValue: new Mailer({ ...config.smtp, startTls: config.tls !== undefined }) }],
    };
  }
}
