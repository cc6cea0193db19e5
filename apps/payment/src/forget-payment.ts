import { Controller } from '@nestjs/common';
import { contracts, paymentForget, type PayloadOf } from '@waybill/contracts';
import { batched, forgetMessages, Handles, type Message, type Transaction } from '@waybill/messaging';

// Its order is settled, so the payment is, too: no charge reads the method any more.
const FORGET = batched<[orderId: string]>(`
  UPDATE payments SET customer_id = NULL, payment_method = NULL, forgotten = true, updated_at = now(),
    reason = CASE WHEN reason IS NULL THEN NULL ELSE 'forgotten' END
  WHERE order_id = ANY($1::uuid[])`);

const FORGET_MESSAGES = forgetMessages(contracts);

/** The customer of an order was erased: what is left of its payment is sums. */
@Controller()
export class ForgetPayment {
  @Handles(paymentForget)
  async handle({ data: { orderId } }: Message<PayloadOf<typeof paymentForget>>, tx: Transaction): Promise<void> {
    await tx.batched(FORGET, orderId);
    await tx.batched(FORGET_MESSAGES, orderId);
  }
}
