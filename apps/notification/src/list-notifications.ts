import { Controller, Get, Query } from '@nestjs/common';
import { instant, orderId } from '@waybill/contracts';
import { Caller, Described, type Identity, ownerFor } from '@waybill/service';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { Mail } from './mail.entity.js';

const query = z.strictObject({ orderId });

const mailView = z
  .object({
    orderId,
    outcome: z.enum(['confirmed', 'cancelled']),
    status: z.enum(['sending', 'sent', 'superseded', 'refused']).meta({
      description: [
        '`superseded`: a newer outcome came before this one was sent.',
        '`refused`: the mail server will never take it, `reason` says why.',
      ].join(' '),
    }),
    attempts: z.int().min(0).meta({ description: 'How many times a worker took it in hand.' }),
    messageId: z.string().optional().meta({ description: 'The Message-ID of the mail, the same however often it is sent.' }),
    sentAt: instant.optional(),
    reason: z.string().optional().meta({ description: 'What the mail server said when it refused the mail.' }),
  })
  .meta({ id: 'Notification' });

// $2 is the owner, or null for those who may read all. A recipient whose customer nobody has said is nobody's.
const READ_MAILS = `
  SELECT mails.outcome, status, attempt, message_id AS "messageId", sent_at AS "sentAt", refusal
  FROM mails JOIN recipients USING (order_id)
  WHERE order_id = $1 AND ($2::text IS NULL OR customer_id = $2) ORDER BY mails.outcome DESC`;

@Controller('api/notifications')
export class ListNotifications {
  constructor(private readonly database: DataSource) {}

  @Get()
  @Described({
    summary: "Read an order's mails: at most one for each outcome",
    details: "The list is empty for another customer's order, as for one that does not exist.",
    for: ['customer', 'support', 'machine'],
    answer: z.array(mailView),
    problems: [400],
  })
  async list(@Query({ schema: query }) { orderId }: z.infer<typeof query>, @Caller() caller: Identity) {
    const mails = await this.database.query<Mail[]>(READ_MAILS, [orderId, ownerFor(caller)]);
    return mails.map(({ outcome, status, attempt, messageId, sentAt, refusal }) => ({
      orderId,
      outcome,
      status,
      attempts: attempt,
      ...(messageId && sentAt && { messageId, sentAt: sentAt.toISOString() }),
      ...(refusal && { reason: refusal }),
    }));
  }
}
