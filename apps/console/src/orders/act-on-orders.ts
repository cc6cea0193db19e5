import { Body, Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../problem.js';
import { SameOrigin } from '../same-origin.js';
import { Edge } from './edge.js';
import { orderIdIn } from './order-id.js';

/** What the test provider knows, and the console offers. */
export const PAYMENT_METHODS = ['pm_ok', 'pm_declined', 'pm_timeout_charged', 'pm_timeout_not_charged', 'pm_slow'] as const;

const request = z.strictObject({
  paymentMethod: z.enum(PAYMENT_METHODS).default('pm_ok'),
  /** Given by the page, so that a lost answer and a second click make one order. */
  idempotencyKey: z
    .string()
    .regex(/^[\w-]{8,64}$/)
    .optional(),
});

/** Acts on orders as a client of the shop would, through the public API and its limits. */
@Controller('console/api/orders')
@UseGuards(SameOrigin)
export class ActOnOrders {
  constructor(private readonly edge: Edge) {}

  @Post()
  @HttpCode(202)
  async place(@Body({ schema: request }) { paymentMethod, idempotencyKey = randomUUID() }: z.infer<typeof request>) {
    const order = {
      customerId: 'console',
      email: 'console@example.com',
      currency: 'EUR',
      lines: [{ sku: 'mug-enamel', quantity: 1 }],
      paymentMethod,
    };
    return this.#passOn(await this.edge.post('/api/orders', { 'idempotency-key': idempotencyKey }, order));
  }

  @Post(':id/cancel')
  @HttpCode(202)
  async cancel(@Param('id') id: string) {
    return this.#passOn(await this.edge.post(`/api/orders/${orderIdIn(id)}/cancel`, {}));
  }

  #passOn({ status, body }: { readonly status: number; readonly body: unknown }): unknown {
    if (status < 300) return body;
    throw new Problem(status, String((body as { detail?: unknown } | null)?.detail ?? 'The public API refused it.'));
  }
}
