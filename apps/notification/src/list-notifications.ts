import { Controller, Get, Query } from '@nestjs/common';
import { orderId } from '@waybill/contracts';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Mail } from './mail.entity.js';

const query = z.strictObject({ orderId });

@Controller('api/notifications')
export class ListNotifications {
  constructor(private readonly database: DataSource) {}

  /** What this service knows of an order's mails: a list of at most one for each outcome. */
  @Get()
  async list(@Query({ schema: query }) { orderId }: z.infer<typeof query>) {
    const mails = await this.database.getRepository(Mail).find({ where: { orderId }, order: { outcome: 'DESC' } });
    return mails.map(({ outcome, status, attempt, messageId, sentAt }) => ({
      orderId,
      outcome,
      status,
      attempts: attempt,
      ...(messageId && { messageId, sentAt }),
    }));
  }
}
