import { Controller } from '@nestjs/common';
import { paymentRefunded, type PayloadOf } from '@waybill/contracts';
import { Handles, type Message, type Transaction } from '@waybill/messaging';
import { changeOrder } from './change-order.js';
import { react } from './order-decisions.js';

/** The money is back: the order that was being cancelled is cancelled. */
@Controller()
export class OnPaymentRefunded {
  @Handles(paymentRefunded)
  async handle(message: Message<PayloadOf<typeof paymentRefunded>>, tx: Transaction): Promise<void> {
    await changeOrder(tx, message, (order, now) => react(order, { type: paymentRefunded.type, data: message.data }, now));
  }
}
