import { Controller } from '@nestjs/common';
import { orderPlaced, type PayloadOf } from '@waybill/contracts';
import { Handles, type Message, type Transaction } from '@waybill/messaging';

/** Remembers the customer's address, which later events of the order do not repeat. */
@Controller()
export class OnOrderPlaced {
  @Handles(orderPlaced)
  async handle({ data: { orderId, email } }: Message<PayloadOf<typeof orderPlaced>>, tx: Transaction): Promise<void> {
    await tx.query(`INSERT INTO recipients (order_id, email) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [orderId, email]);
  }
}
