import { Controller, Get, Query } from '@nestjs/common';
import { currency, instant, minorUnits, orderId } from '@waybill/contracts';
import { Caller, Described, type Identity, ownerFor } from '@waybill/service';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { PaymentStatus } from './payment-decisions.js';
import { Payment } from './payment.entity.js';

const STATUSES = ['charging', 'charged', 'declined', 'reversing', 'refunded', 'voided'] as const satisfies PaymentStatus[];

const query = z.strictObject({ orderId });

const paymentView = z
  .object({
    orderId,
    status: z.enum(STATUSES).meta({ description: '`voided`: no money moved, and none will.' }),
    amount: minorUnits,
    currency,
    reason: z.string().optional().meta({ description: 'Why the provider declined it.' }),
    attempts: z.int().min(0).meta({ description: 'How many times a worker took it in hand.' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Payment' });

@Controller('api/payments')
export class ListPayments {
  constructor(private readonly database: DataSource) {}

  @Get()
  @Described({
    summary: "Read an order's payment: a list of at most one",
    details: "The list is empty for another customer's order, as for one that does not exist.",
    for: ['customer', 'support', 'machine'],
    answer: z.array(paymentView),
    problems: [400],
  })
  async list(@Query({ schema: query }) { orderId }: z.infer<typeof query>, @Caller() caller: Identity) {
    const customerId = ownerFor(caller);
    const payments = await this.database.getRepository(Payment).findBy({ orderId, ...(customerId !== null && { customerId }) });
    return payments.map(({ status, amount, currency, reason, attempt, createdAt, updatedAt }) => ({
      orderId,
      status,
      amount,
      currency,
      ...(reason && { reason }),
      attempts: attempt,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    }));
  }
}
