import { Controller, Get, Param } from '@nestjs/common';
import { Problem } from '@waybill/service';
import { orderId } from '@waybill/contracts';
import { DataSource } from 'typeorm';
import { Order } from './order.entity.js';
import { OrderHistoryEntry } from './order-history.entity.js';

@Controller('api/orders/:id')
export class ReadOrder {
  constructor(private readonly database: DataSource) {}

  @Get()
  async order(@Param('id') id: string) {
    const order = await this.database.getRepository(Order).findOneBy({ id: existing(id) });
    if (!order) throw notFound(id);
    return orderView(order);
  }

  /** Every state that the order has had, oldest first. */
  @Get('history')
  async history(@Param('id') id: string) {
    const entries = await this.database
      .getRepository(OrderHistoryEntry)
      .find({ where: { orderId: existing(id) }, order: { version: 'ASC' } });
    if (entries.length === 0) throw notFound(id);
    return entries.map(({ version, status, at, messageId, messageType }) => ({
      version,
      status,
      at,
      ...(messageId && { message: { id: messageId, type: messageType } }),
    }));
  }
}

/** An order as its customer sees it. */
export function orderView({ id, status, total, currency, lines, reason, version, placedAt, updatedAt }: Order) {
  return { id, status, total, currency, lines, ...(reason && { reason }), version, placedAt, updatedAt };
}

/** PostgreSQL refuses to compare a uuid with what is none; such an order does not exist either. */
export function existing(id: string): string {
  if (!orderId.safeParse(id).success) throw notFound(id);
  return id;
}

export const notFound = (id: string) => new Problem(404, `There is no order ${id}.`);
