import { currency, instant, minorUnits, orderId, version } from '@waybill/contracts';
import { z } from 'zod';
import type { OrderStatus } from './order-decisions.js';
import type { PricedLine } from './pricing.js';

const STATUSES = ['placed', 'confirmed', 'cancelling', 'cancelled'] as const satisfies OrderStatus[];

export const orderStatus = z.enum(STATUSES).meta({
  id: 'OrderStatus',
  description:
    'An order settles as `confirmed` (paid) or `cancelled` (nothing to pay, or given back). A confirmed one may still be cancelled.',
});

/** An order as its customer sees it. */
export const orderView = z
  .object({
    id: orderId,
    status: orderStatus,
    total: minorUnits.meta({ description: 'In minor units of `currency`: 2500 is 25.00 EUR.' }),
    currency,
    lines: z.array(z.object({ sku: z.string(), name: z.string(), quantity: z.int().min(1), unitPrice: minorUnits })),
    reason: z.string().optional().meta({ description: 'Why it is cancelled.' }),
    version: version.meta({ description: 'Counts the states that the order has had.' }),
    placedAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Order' });
export type OrderView = z.infer<typeof orderView>;

/** A row of `ORDER_COLUMNS`. */
export interface OrderRow {
  readonly id: string;
  readonly status: OrderStatus;
  readonly total: number;
  readonly currency: string;
  readonly lines: PricedLine[];
  readonly reason: string | null;
  readonly version: number;
  readonly placedAt: Date;
  readonly updatedAt: Date;
}

export const ORDER_COLUMNS =
  'id, status, total, currency, lines, reason, version, placed_at AS "placedAt", updated_at AS "updatedAt"';

// $2 is the owner, or null for those who may read all. Another's order is not found, as one that does not exist.
export const READ_ORDER = `SELECT ${ORDER_COLUMNS} FROM orders WHERE id = $1 AND ($2::text IS NULL OR customer_id = $2)`;

export const viewOf = ({ reason, placedAt, updatedAt, ...order }: OrderRow): OrderView => ({
  ...order,
  ...(reason && { reason }),
  placedAt: placedAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
