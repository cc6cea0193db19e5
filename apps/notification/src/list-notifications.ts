import { Controller, Get, Query } from '@nestjs/common';
import { instant, orderId } from '@waybill/contracts';
import { Described } from '@waybill/service';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Mail } from './mail.entity.js';

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

@Controller('api/notifications')
export class ListNotifications {
  constructor(private readonly database: DataSource) {}

  @Get()
  @Described({
    summary: "Read an order's mails: at most one for each outcome",
    for: ['customer', 'support', 'machine'],
    answer: z.array(mailView),
    problems: [400],
  })
  async list(@Query({ schema: query }) { orderId }: z.infer<typeof query>) {
    const mails = await this.database.getRepository(Mail).find({ where: { orderId }, order: { outcome: 'DESC' } });
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
