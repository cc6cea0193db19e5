import { Controller } from '@nestjs/common';
import { paymentVoided, type PayloadOf } from '@waybill/contracts';
import { Handles, type Message, type Transaction } from '@waybill/messaging';
import { changeOrder } from './change-order.js';
import { react } from './order-decisions.js';

/** No money moved, and none will: the order that was being cancelled is cancelled. */
@Controller()
export class OnPaymentVoided {
  @Handles(paymentVoided)
  async handle(message: Message<PayloadOf<typeof paymentVoided>>, tx: Transaction): Promise<void> {
    await changeOrder(tx, message, (order, now) => react(order, { type: paymentVoided.type, data: message.data }, now));
  }
}
