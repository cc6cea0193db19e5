import { Controller, Get, Param } from '@nestjs/common';
import { Described, Problem } from '@waybill/service';
import { instant, orderId, version } from '@waybill/contracts';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Order } from './order.entity.js';
import { OrderHistoryEntry } from './order-history.entity.js';
import { orderStatus, orderView, viewOf } from './order-view.js';

const orderState = z
  .object({
    version,
    status: orderStatus,
    at: instant,
    message: z
      .object({ id: z.uuid(), type: z.string() })
      .optional()
      .meta({ description: 'The message that brought the order there; none when a request did.' }),
  })
  .meta({ id: 'OrderState' });

@Controller('api/orders/:id')
export class ReadOrder {
  constructor(private readonly database: DataSource) {}

  @Get()
  @Described({ summary: 'Read an order', params: { id: orderId }, answer: orderView, problems: [404] })
  async order(@Param('id') id: string) {
    const order = await this.database.getRepository(Order).findOneBy({ id: existing(id) });
    if (!order) throw notFound(id);
    return viewOf(order);
  }

  @Get('history')
  @Described({
    summary: 'Read every state that an order has had, oldest first',
    params: { id: orderId },
    answer: z.array(orderState),
    problems: [404],
  })
  async history(@Param('id') id: string) {
    const entries = await this.database
      .getRepository(OrderHistoryEntry)
      .find({ where: { orderId: existing(id) }, order: { version: 'ASC' } });
    if (entries.length === 0) throw notFound(id);
    return entries.map(({ version, status, at, messageId, messageType }) => ({
      version,
      status,
      at: at.toISOString(),
      ...(messageId && messageType && { message: { id: messageId, type: messageType } }),
    }));
  }
}

/** PostgreSQL refuses to compare a uuid with what is none; such an order does not exist either. */
export function existing(id: string): string {
  if (!orderId.safeParse(id).success) throw notFound(id);
  return id;
}

export const notFound = (id: string) => new Problem(404, `There is no order ${id}.`);
