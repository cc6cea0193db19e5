import { Controller } from '@nestjs/common';
import { paymentCharged, type PayloadOf } from '@waybill/contracts';
import { Handles, type Message, type Transaction } from '@waybill/messaging';
import { changeOrder } from './change-order.js';
import { react } from './order-decisions.js';

/** The money is there: the order is confirmed. */
@Controller()
export class OnPaymentCharged {
  @Handles(paymentCharged)
  async handle(message: Message<PayloadOf<typeof paymentCharged>>, tx: Transaction): Promise<void> {
    await changeOrder(tx, message, (order, now) => react(order, { type: paymentCharged.type, data: message.data }, now));
  }
}
