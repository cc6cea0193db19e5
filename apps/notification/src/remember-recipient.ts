import { Controller } from '@nestjs/common';
import { notificationRemember, notificationSend, type PayloadOf } from '@waybill/contracts';
import { batched, Handles, type Message, type Transaction } from '@waybill/messaging';
import type { Outcome } from './compose-mail.js';

type Recipient = PayloadOf<typeof notificationRemember>;

// The outcome may have come first, from the other broker: its transaction has made the row, without an address. Both write this
// row, so one of the two waits for the other's commit, and sees what it wrote.
const REMEMBER = batched<
  [orderId: string, customerId: string, email: string],
  { readonly orderId: string; readonly outcome: Outcome | null }
>(
  `INSERT INTO recipients AS known (order_id, customer_id, email) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])
   ON CONFLICT (order_id) DO UPDATE SET customer_id = excluded.customer_id, email = excluded.email
     WHERE known.email IS NULL AND NOT known.forgotten
   RETURNING order_id AS "orderId", outcome`,
  ({ orderId }) => orderId,
);

/** Remembers the customer's address, which no event repeats, and orders the mail that has waited for it. */
@Controller()
export class RememberRecipient {
  @Handles(notificationRemember)
  async handle({ data }: Message<Recipient>, tx: Transaction): Promise<void> {
    await rememberRecipient(tx, data);
  }
}

export async function rememberRecipient(tx: Transaction, { orderId, customerId, email }: Recipient): Promise<void> {
  const [remembered] = await tx.batched(REMEMBER, orderId, customerId, email);
  if (remembered?.outcome) tx.send(notificationSend, { orderId, outcome: remembered.outcome });
}
