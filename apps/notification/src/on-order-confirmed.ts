import { Controller } from '@nestjs/common';
import { orderConfirmed, type PayloadOf } from '@waybill/contracts';
import { Handles, type Message, type Transaction } from '@waybill/messaging';
import { recordOutcome } from './record-outcome.js';

@Controller()
export class OnOrderConfirmed {
  @Handles(orderConfirmed)
  async handle({ data: { orderId, version } }: Message<PayloadOf<typeof orderConfirmed>>, tx: Transaction): Promise<void> {
    await recordOutcome(tx, { orderId, version, outcome: 'confirmed' });
  }
}
