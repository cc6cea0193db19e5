import { Controller } from '@nestjs/common';
import { orderPlaced, type PayloadOf } from '@waybill/contracts';
import { batched, Handles, type Message, type Transaction } from '@waybill/messaging';

const REMEMBER = batched<[orderId: string, email: string]>(
  `INSERT INTO recipients (order_id, email) SELECT * FROM unnest($1::uuid[], $2::text[]) ON CONFLICT DO NOTHING`,
);

/** Remembers the customer's address, which later events of the order do not repeat. */
@Controller()
export class OnOrderPlaced {
  @Handles(orderPlaced)
  async handle({ data: { orderId, email } }: Message<PayloadOf<typeof orderPlaced>>, tx: Transaction): Promise<void> {
    await tx.batched(REMEMBER, orderId, email);
  }
}
