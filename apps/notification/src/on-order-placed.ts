import { Controller } from '@nestjs/common';
import { orderPlacedV1, type PayloadOf } from '@waybill/contracts';
import { Handles, type Message, type Transaction } from '@waybill/messaging';
import { rememberRecipient } from './remember-recipient.js';

/** An event from before the address travelled by a command. The topic may still have it. */
@Controller()
export class OnOrderPlaced {
  @Handles(orderPlacedV1)
  async handle({ data }: Message<PayloadOf<typeof orderPlacedV1>>, tx: Transaction): Promise<void> {
    await rememberRecipient(tx, data);
  }
}
