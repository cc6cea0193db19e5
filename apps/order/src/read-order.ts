import { Controller, Get, Param } from '@nestjs/common';
import { Caller, Described, type Identity, ownerFor, Problem } from '@waybill/service';
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
    reason: z.string().optional().meta({ description: 'Why it is cancelled.' }),
    message: z
      .object({ id: z.uuid(), type: z.string() })
      .optional()
      .meta({ description: 'The message that brought the order there; none when a request did.' }),
  })
  .meta({ id: 'OrderState' });

// The first state has no message: a request brought it.
const READ_HISTORY = `
  SELECT history.version, history.status, at, history.reason, message_id AS "messageId", message_type AS "messageType"
  FROM order_history AS history JOIN orders ON orders.id = order_id
  WHERE order_id = $1 AND ($2::text IS NULL OR customer_id = $2) ORDER BY history.version`;

interface HistoryRow {
  readonly version: number;
  readonly status: OrderStatus;
  readonly at: Date;
  readonly reason: string | null;
  readonly messageId: string | null;
  readonly messageType: string | null;
}

const ALL = ['customer', 'support', 'machine'] as const;

@Controller('api/orders/:id')
export class ReadOrder {
  constructor(private readonly database: DataSource) {}

  @Get()
  @Described({ summary: 'Read an order', for: ALL, params: { id: orderId }, answer: orderView, problems: [404] })
  async order(@Param('id') id: string, @Caller() caller: Identity) {
    const known = existing(id);
    const [order] = await this.database.query<OrderRow[]>(READ_ORDER, [known, ownerFor(caller)]);
    if (!order) throw notFound(known);
    return viewOf(order);
  }

  @Get('history')
  @Described({
    summary: 'Read every state that an order has had, oldest first',
    for: ALL,
    params: { id: orderId },
    answer: z.array(orderState),
    problems: [404],
  })
  async history(@Param('id') id: string, @Caller() caller: Identity) {
    const known = existing(id);
    const entries = await this.database.query<HistoryRow[]>(READ_HISTORY, [known, ownerFor(caller)]);
    if (entries.length === 0) throw notFound(known);
    return entries.map(({ version, status, at, reason, messageId, messageType }) => ({
      version,
      status,
      at: at.toISOString(),
      ...(reason && { reason }),
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
