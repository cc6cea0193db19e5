import { Controller } from '@nestjs/common';
import { contracts, notificationForget, type PayloadOf } from '@waybill/contracts';
import { batched, forgetMessages, Handles, type Message, type Transaction } from '@waybill/messaging';

// The row stays as a mark, also where none was: an address that comes after this is not kept. A mail that is not out yet is not sent.
// A worker that is sending it at this moment cannot settle, comes again, and finds nothing to do.
const FORGET = batched<[orderId: string]>(`
  WITH forgotten AS (
    INSERT INTO recipients AS known (order_id, forgotten) SELECT order_id, true FROM unnest($1::uuid[]) AS order_id
    ON CONFLICT (order_id) DO UPDATE SET customer_id = NULL, email = NULL, forgotten = true
    RETURNING order_id),
  unsent AS (
    DELETE FROM mails USING forgotten WHERE mails.order_id = forgotten.order_id AND status = 'sending')
  UPDATE mails SET refusal = NULL FROM forgotten WHERE mails.order_id = forgotten.order_id AND refusal IS NOT NULL`);

const FORGET_MESSAGES = forgetMessages(contracts);

/** The customer of an order was erased: nobody is mailed about it any more. */
@Controller()
export class ForgetRecipient {
  @Handles(notificationForget)
  async handle({ data: { orderId } }: Message<PayloadOf<typeof notificationForget>>, tx: Transaction): Promise<void> {
    await tx.batched(FORGET, orderId);
    await tx.batched(FORGET_MESSAGES, orderId);
  }
}
