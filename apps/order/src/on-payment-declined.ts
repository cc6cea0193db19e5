import { Controller } from '@nestjs/common';
import { paymentDeclined, type PayloadOf } from '@waybill/contracts';
import { Handles, type Message, type Transaction } from '@waybill/messaging';
import { changeOrder } from './change-order.js';
import { react } from './order-decisions.js';

/** No money will come: the order is cancelled. */
@Controller()
export class OnPaymentDeclined {
  @Handles(paymentDeclined)
  async handle(message: Message<PayloadOf<typeof paymentDeclined>>, tx: Transaction): Promise<void> {
    await changeOrder(tx, message, (order, now) => react(order, { type: paymentDeclined.type, data: message.data }, now));
  }
}
