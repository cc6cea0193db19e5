import { Controller, Get, Query } from '@nestjs/common';
import { orderId } from '@waybill/contracts';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Payment } from './payment.entity.js';

const query = z.strictObject({ orderId });

@Controller('api/payments')
export class ListPayments {
  constructor(private readonly database: DataSource) {}

  /** What this service knows of an order's payment: a list of at most one. */
  @Get()
  async list(@Query({ schema: query }) { orderId }: z.infer<typeof query>) {
    const payments = await this.database.getRepository(Payment).findBy({ orderId });
    return payments.map(({ status, amount, currency, reason, attempt, createdAt, updatedAt }) => ({
      orderId,
      status,
      amount,
      currency,
      ...(reason && { reason }),
      attempts: attempt,
      createdAt,
      updatedAt,
    }));
  }
}
