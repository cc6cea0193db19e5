import { Body, Controller, Headers, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { batched, batchedRead, newId, SharedTransaction, type Transaction } from '@waybill/messaging';
import { Caller, Described, type Identity, Problem, tellActivity } from '@waybill/service';
import { DataSource } from 'typeorm';
import { fingerprintOf, firstAnswer, idempotencyKey, KEEP_KEYS, keyHeader, type RequestIdentity } from './idempotency.js';
import { place } from './order-decisions.js';
import { orderRequest, type OrderRequest, type OwnedOrderRequest } from './order-request.js';
import { orderView, type OrderView } from './order-view.js';
import { type Price, priceLines } from './pricing.js';
import { orderFor } from './whose-order.js';

const PRICE = batchedRead<[sku: string], Price>(
  `SELECT sku, name, unit_price AS "unitPrice", currency FROM products WHERE sku = ANY($1::text[])`,
  ({ sku }) => sku,
);

type NewRow = [
  ...[id: string, customerId: string, key: string, fingerprint: Buffer, answer: string, email: string, total: number],
  ...[currency: string, lines: string, paymentMethod: string, at: Date],
];

// One statement, so that key, order and history exist together or not at all. The second of two requests with the same key waits
// here until the first one ends, at most for the role's lock_timeout (1 s). If the first one committed, the key is taken, and the
// second inserts nothing. If it was rolled back, the key is free. A key that is older than its day is free as well.
const INSERT_ORDER = batched<NewRow, { readonly id: string }>(
  `WITH asked AS (
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::json[], $6::text[], $7::int[], $8::text[], $9::jsonb[],
         $10::text[], $11::timestamptz[])
       AS asked(id, customer_id, key, fingerprint, answer, email, total, currency, lines, payment_method, at)),
   claimed AS (
     INSERT INTO idempotency_keys AS known (customer_id, key, fingerprint, answer)
     SELECT customer_id, key, fingerprint, answer FROM asked
     ON CONFLICT (customer_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = now()
       WHERE known.created_at <= now() - interval '${KEEP_KEYS}'
     RETURNING customer_id, key),
   placed AS (
     INSERT INTO orders (id, customer_id, email, status, total, currency, lines, payment_method, version, placed_at, updated_at)
     SELECT id, customer_id, email, 'placed', total, currency, lines, payment_method, 1, at, at
     FROM asked JOIN claimed USING (customer_id, key)
     RETURNING id, placed_at)
   INSERT INTO order_history (order_id, version, status, at)
   SELECT id, 1, 'placed', placed_at FROM placed RETURNING order_id AS id`,
  ({ id }) => id,
  (_id, customerId, key) => JSON.stringify([customerId, key]),
);

/** Accepts an order: after the 202 it exists, whatever dies, and it settles when its payment has an outcome. */
@Controller('api/orders')
export class PlaceOrder {
  static readonly PAYMENT_DEADLINE_MS = Symbol('payment deadline');

  constructor(
    private readonly database: DataSource,
    private readonly transactions: SharedTransaction,
    @Inject(PlaceOrder.PAYMENT_DEADLINE_MS) private readonly paymentDeadlineMs: number,
  ) {}

  @Post()
  @HttpCode(202)
  @Described({
    summary: 'Place an order',
    for: ['customer', 'machine'],
    details:
      'Accepted means that it exists: ask for it again. It settles when its payment has an outcome. Prices are in the price list.',
    headers: { 'Idempotency-Key': keyHeader },
    answer: orderView,
    answerHeaders: { Location: 'Where the order is.' },
    problems: [400, 409, 413, 415, 422],
  })
  async post(
    @Headers('idempotency-key') header: string | undefined,
    @Body({ schema: orderRequest }) asked: OrderRequest,
    @Caller() caller: Identity,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): void },
  ) {
    const request = orderFor(caller, asked);
    const identity = { customerId: request.customerId, key: idempotencyKey(header), fingerprint: fingerprintOf(request) };
    const answer = await this.placeOnce(request, identity);
    reply.header('Location', `/api/orders/${answer.id}`);
    return answer;
  }

  private async placeOnce(request: OwnedOrderRequest, identity: RequestIdentity): Promise<OrderView> {
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

  /**
   * The answer, or undefined if the key is taken. Requests that wait at the same time share a transaction: so what one of them is
   * refused for is returned, and thrown behind the commit.
   */
  private async place(request: OwnedOrderRequest, identity: RequestIdentity): Promise<OrderView | undefined> {
    const placed = await this.transactions.run((tx) => this.placeIn(tx, request, identity));
    if (placed instanceof Problem) throw placed;
    if (placed) tellActivity('accepted', placed.id);
    return placed;
  }

  private async placeIn(
    tx: Transaction,
    request: OwnedOrderRequest,
    { customerId, key, fingerprint }: RequestIdentity,
  ): Promise<OrderView | Problem | undefined> {
    const { email, currency, paymentMethod } = request;
    const prices = await Promise.all(request.lines.map(({ sku }) => tx.batched(PRICE, sku)));
    const pricing = priceLines(request.lines, currency, prices.flat());
    // A price list is data, which no schema knows: the request is well-formed, and what it asks for is not sold.
    if ('errors' in pricing) return new Problem(422, 'The order cannot be priced: see errors.', { errors: pricing.errors });

    const { lines, total } = pricing;
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

    const rows = await tx.batched(
      INSERT_ORDER,
      ...([id, customerId, key, fingerprint, JSON.stringify(answer), email, total] as const),
      ...([currency, JSON.stringify(lines), paymentMethod, now] as const),
    );
    if (rows.length === 0) return undefined;
    tx.sendAll(send);
    return answer;
  }
}
