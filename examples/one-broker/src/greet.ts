import { Controller } from '@nestjs/common';
import { command, type PayloadOf } from '@waybill/contract-kit';
import { Handles, type Message, type Transaction } from '@waybill/messaging';
import { z } from 'zod';

/** The one message of this system: the service sends itself work. A command travels by RabbitMQ. */
export const greet = command({
  type: 'greeter.greet.v1',
  sentBy: ['greeter'],
  handledBy: 'greeter',
  schema: z.strictObject({ name: z.string().regex(/^[\w-]{1,40}$/) }),
  key: ({ name }) => name,
  sample: { name: 'ada' },
});

/** Each message makes one row, however often it comes. No ack, no channel, no broker's word. */
@Controller()
export class Greet {
  @Handles(greet)
  async handle({ data }: Message<PayloadOf<typeof greet>>, tx: Transaction): Promise<void> {
    await tx.query('INSERT INTO greetings (name) VALUES ($1)', [data.name]);
  }
}
