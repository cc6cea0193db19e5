import { Controller, Get, Query } from '@nestjs/common';
import { text } from '@waybill/contracts';
import { Caller, Described, type Identity } from '@waybill/service';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { cursor, cursorAt, NEWEST } from './cursor.js';
import { WITHOUT_NUL } from './order-request.js';
import { listedFor } from './whose-order.js';
import { ORDER_COLUMNS, type OrderRow, orderStatus, orderView, viewOf } from './order-view.js';

const LONGEST_PAGE = 100;
const PAGE = 20;
const limit = z
  .string()
  .regex(/^([1-9][0-9]?|100)$/, `must be a whole number from 1 to ${LONGEST_PAGE}`)
  .transform(Number)
  .default(PAGE)
  // What an address says is text. A client hears of the number that it stands for.
  .meta({
    type: 'integer',
    pattern: undefined,
    minimum: 1,
    maximum: LONGEST_PAGE,
    default: PAGE,
    description: `How many at most; ${PAGE} unless it is said.`,
  });

const query = z.strictObject({
  customerId: text(64)
    .optional()
    .meta({ ...WITHOUT_NUL, description: 'Whose orders. A customer who has signed in has their own, and may leave it out.' }),
  status: orderStatus.optional(),
  limit,
  cursor: cursor.optional(),
});

const orderPage = z
  .object({
    orders: z.array(orderView),
    next: z.string().optional().meta({ description: 'The `cursor` of the next page; none when this is the last one.' }),
  })
  .meta({ id: 'OrderPage' });

// From the cursor on in the index of this customer's orders, so that a late page costs as much as the first one. An order that is
// placed meanwhile is before the first page, and moves no other. One more than asked for tells whether there is a next page.
export const READ_ORDERS = `
  SELECT ${ORDER_COLUMNS} FROM orders
  WHERE customer_id = $1 AND id < $2 AND ($3::text IS NULL OR status = $3)
  ORDER BY id DESC LIMIT $4 + 1`;

@Controller('api/orders')
export class ListOrders {
  constructor(private readonly database: DataSource) {}

  @Get()
  @Described({
    summary: "Read a customer's orders, newest first",
    for: ['customer', 'support', 'machine'],
    details: 'A page at a time: ask again with `next` as `cursor`. Each order is as `GET /api/orders/{id}` answers it.',
    answer: orderPage,
    problems: [400],
  })
  async list(
    @Query({ schema: query }) { customerId, status, limit, cursor: after }: z.infer<typeof query>,
    @Caller() caller: Identity,
  ) {
    const owner = listedFor(caller, customerId);
    const rows = await this.database.query<OrderRow[]>(READ_ORDERS, [owner, after ?? NEWEST, status ?? null, limit]);
    const orders = rows.slice(0, limit).map(viewOf);
    return { orders, ...(rows.length > limit && { next: cursorAt(orders.at(-1)!.id) }) };
  }
}
