import { Controller, Get, Param } from '@nestjs/common';
import { Described, Problem } from '@waybill/service';
import { instant, orderId, version } from '@waybill/contracts';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { OrderStatus } from './order-decisions.js';
import { type OrderRow, orderStatus, orderView, READ_ORDER, viewOf } from './order-view.js';

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

// The first state has no message: a request brought it.
const READ_HISTORY = `
  SELECT version, status, at, message_id AS "messageId", message_type AS "messageType"
  FROM order_history WHERE order_id = $1 ORDER BY version`;

interface HistoryRow {
  readonly version: number;
  readonly status: OrderStatus;
  readonly at: Date;
  readonly messageId: string | null;
  readonly messageType: string | null;
}

@Controller('api/orders/:id')
export class ReadOrder {
  constructor(private readonly database: DataSource) {}

  @Get()
  @Described({ summary: 'Read an order', params: { id: orderId }, answer: orderView, problems: [404] })
  async order(@Param('id') id: string) {
    const known = existing(id);
    const [order] = await this.database.query<OrderRow[]>(READ_ORDER, [known]);
    if (!order) throw notFound(known);
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
    const known = existing(id);
    const entries = await this.database.query<HistoryRow[]>(READ_HISTORY, [known]);
    if (entries.length === 0) throw notFound(known);
    return entries.map(({ version, status, at, messageId, messageType }) => ({
      version,
      status,
      at: at.toISOString(),
      ...(messageId && messageType && { message: { id: messageId, type: messageType } }),
    }));
  }
}

/** The id in its one form. PostgreSQL refuses to compare a uuid with other text, so such an id is answered as unknown. */
export function existing(id: string): string {
  const { success, data } = orderId.safeParse(id);
  if (!success) throw notFound(id);
  return data;
}

export const notFound = (id: string) => new Problem(404, `There is no order ${id}.`);
