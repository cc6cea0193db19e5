import { Controller } from '@nestjs/common';
import { orderCancelled, type PayloadOf } from '@waybill/contracts';
import { Handles, type Message, type Transaction } from '@waybill/messaging';
import { recordOutcome } from './record-outcome.js';

@Controller()
export class OnOrderCancelled {
  @Handles(orderCancelled)
  async handle({ data: { orderId, version } }: Message<PayloadOf<typeof orderCancelled>>, tx: Transaction): Promise<void> {
    await recordOutcome(tx, { orderId, version, outcome: 'cancelled' });
  }
}
