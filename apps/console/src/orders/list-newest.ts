import { Controller, Get, Header, Query } from '@nestjs/common';
import { z } from 'zod';
import { SpanRing } from '../traces/span-ring.js';
import { summaryOf, type OrderSummary } from './order-summary.js';

const query = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(30) });

/** The orders of which spans came, the newest first. */
@Controller('console/api/orders')
export class ListNewest {
  constructor(private readonly ring: SpanRing) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  newest(@Query({ schema: query }) { limit }: z.infer<typeof query>): OrderSummary[] {
    return this.ring.newestOrders(limit).map((order) => summaryOf(order, this.ring.order(order)));
  }
}
