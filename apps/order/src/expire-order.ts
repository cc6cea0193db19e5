import { Controller } from '@nestjs/common';
import { orderExpire, type PayloadOf } from '@waybill/contracts';
import { Handles, type Message, type Transaction } from '@waybill/messaging';
import { changeOrder } from './change-order.js';
import { react } from './order-decisions.js';

/** The deadline of the payment has passed. An order that is still `placed` becomes `cancelling`, and asks payment to reverse. */
@Controller()
export class ExpireOrder {
  @Handles(orderExpire)
  async handle(message: Message<PayloadOf<typeof orderExpire>>, tx: Transaction): Promise<void> {
    await changeOrder(tx, message, (order, now) => react(order, { type: orderExpire.type, data: message.data }, now));
  }
}
