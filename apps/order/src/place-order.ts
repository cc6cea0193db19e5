import { Body, Controller, Headers, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { newId, UnitOfWork } from '@waybill/messaging';
import { Described, Problem } from '@waybill/service';
import { DataSource, In } from 'typeorm';
import { fingerprintOf, firstAnswer, idempotencyKey, KEEP_KEYS, keyHeader, type RequestIdentity } from './idempotency.js';
import { place } from './order-decisions.js';
import { orderRequest, type OrderRequest } from './order-request.js';
import { orderView, type OrderView } from './order-view.js';
import { priceLines } from './pricing.js';
import { Product } from './product.entity.js';

// One statement, so that key, order and history exist together or not at all. The second of two requests with the same key waits
// here until the first one ends, at most for the role's lock_timeout (1 s). If the first one committed, the key is taken, and the
// second inserts nothing. If it was rolled back, the key is free. A key that is older than its day is free as well.
const INSERT_ORDER = `
  WITH claimed AS (
    INSERT INTO idempotency_keys AS known (customer_id, key, fingerprint, answer) VALUES ($1, $2, $3, $4)
    ON CONFLICT (customer_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = now()
      WHERE known.created_at <= now() - interval '${KEEP_KEYS}'
    RETURNING customer_id),
  placed AS (
    INSERT INTO orders (id, customer_id, email, status, total, currency, lines, payment_method, version, placed_at, updated_at)
    SELECT $5::uuid, customer_id, $6, 'placed', $7::int, $8, $9::jsonb, $10, 1, $11::timestamptz, $11::timestamptz FROM claimed
    RETURNING id)
  INSERT INTO order_history (order_id, version, status, at)
  SELECT id, 1, 'placed', $11::timestamptz FROM placed RETURNING order_id`;

/** Accepts an order: after the 202 it exists, whatever dies, and it settles when its payment has an outcome. */
@Controller('api/orders')
export class PlaceOrder {
  static readonly PAYMENT_DEADLINE_MS = Symbol('payment deadline');

  constructor(
    private readonly database: DataSource,
    private readonly unitOfWork: UnitOfWork,
    @Inject(PlaceOrder.PAYMENT_DEADLINE_MS) private readonly paymentDeadlineMs: number,
  ) {}

  @Post()
  @HttpCode(202)
  @Described({
    summary: 'Place an order',
    details:
      'Accepted means that it exists: ask for it again. It settles when its payment has an outcome. Prices are in the price list.',
    headers: { 'Idempotency-Key': keyHeader },
    answer: orderView,
    answerHeaders: { Location: 'Where the order is.' },
    problems: [400, 409, 413, 415, 422],
  })
  async post(
    @Headers('idempotency-key') header: string | undefined,
    @Body({ schema: orderRequest }) request: OrderRequest,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): void },
  ) {
    const identity = { customerId: request.customerId, key: idempotencyKey(header), fingerprint: fingerprintOf(request) };
    const answer = await this.placeOnce(request, identity);
    reply.header('Location', `/api/orders/${answer.id}`);
    return answer;
  }

  private async placeOnce(request: OrderRequest, identity: RequestIdentity): Promise<OrderView> {
    try {
      const placed = await this.place(request, identity);
      if (placed) return placed;
    } catch (error) {
      // The connection may have broken after the commit, or the price list may have changed since the first request.
      // The row under the key decides, and the order is not placed a second time.
      const first = await firstAnswer<OrderView>(this.database, identity).catch((second: unknown) => {
        if (second instanceof Problem) throw second;
      });
      if (first) return first;
      throw error;
    }
    const first = await firstAnswer<OrderView>(this.database, identity);
    if (first) return first;
    throw new Problem(409, 'Another request with this Idempotency-Key is being answered.', { retryAfterSeconds: 1 });
  }

  /** The answer, or undefined if the key is taken. Ids are drawn here, once per request. */
  private async place(request: OrderRequest, { customerId, key, fingerprint }: RequestIdentity): Promise<OrderView | undefined> {
    const { email, currency, paymentMethod } = request;
    const { lines, total } = await this.price(request);
    const id = newId();
    const now = new Date();
    const { state, send } = place({ id, customerId, email, total, currency, paymentMethod }, this.paymentDeadlineMs, now);
    const at = now.toISOString();
    const answer: OrderView = {
      id,
      status: state.status,
      total,
      currency,
      lines,
      version: state.version,
      placedAt: at,
      updatedAt: at,
    };

    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query(INSERT_ORDER, [
        ...[customerId, key, fingerprint, JSON.stringify(answer)],
        ...[id, email, total, currency, JSON.stringify(lines), paymentMethod, now],
      ]);
      if (rows.length === 0) return undefined;
      tx.sendAll(send);
      return answer;
    });
  }

  /** No schema knows the price list: the request may be well-formed, and ask for a product that is not sold. */
  private async price({ lines, currency }: OrderRequest) {
    const priceList = await this.database.getRepository(Product).findBy({ sku: In(lines.map((line) => line.sku)) });
    const pricing = priceLines(lines, currency, priceList);
    if ('errors' in pricing) throw new Problem(422, 'The order cannot be priced: see errors.', { errors: pricing.errors });
    return pricing;
  }
}
