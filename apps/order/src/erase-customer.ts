import { Controller, Get, HttpCode, Param, Post, Body, UseGuards } from '@nestjs/common';
import { contracts, erasureId, orderErase, paymentForget, notificationForget, text, type PayloadOf } from '@waybill/contracts';
import { forgetMessages, Handles, type Message, newId, type Transaction, UnitOfWork } from '@waybill/messaging';
import { For, Problem, RefusePages } from '@waybill/service';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { z } from 'zod';

const FORGET_MESSAGES = forgetMessages(contracts);

/** One step takes so many orders, and holds them for a moment. */
const ORDERS_AT_ONCE = 200;

/** An order that is not settled is left until it is: its customer waits for an answer. */
const LOOK_AGAIN_MS = 5_000;

// A second request for a customer joins the first one, and sends its step once more: a step that finds nothing changes nothing.
const BEGIN = `
  INSERT INTO erasures AS known (id, customer_id, pseudonym) VALUES ($1, $2, $3)
  ON CONFLICT (customer_id) DO UPDATE SET customer_id = known.customer_id
  RETURNING id, requested_at AS "requestedAt", done_at AS "doneAt"`;

interface Erasure {
  readonly id: string;
  readonly requestedAt: Date;
  readonly doneAt: Date | null;
}

/** Begins to erase a customer. The commit that answers also sends the first step, so an erasure that was accepted ends. */
export async function eraseCustomer(tx: Transaction, customerId: string): Promise<Erasure> {
  // The pseudonym is random, and no message has it: nothing but these tables puts the orders of one customer together.
  const [erasure] = await tx.query<Erasure>(BEGIN, [newId(), customerId, `erased-${randomUUID()}`]);
  tx.send(orderErase, { erasureId: erasure!.id });
  return erasure!;
}

// Two copies of a step at once go one after the other. An erasure that has ended names nobody.
const LOCK = `
  SELECT customer_id AS "customerId", pseudonym FROM erasures WHERE id = $1 AND done_at IS NULL FOR UPDATE`;

// Passes over a row that another transaction holds: the next step finds it. What stays of an order is numbers.
const TAKE = `
  WITH taken AS (
    SELECT id FROM orders WHERE customer_id = $1 AND status IN ('confirmed', 'cancelled')
    ORDER BY id LIMIT ${ORDERS_AT_ONCE} FOR UPDATE SKIP LOCKED),
  erased AS (
    UPDATE orders SET customer_id = $2, email = NULL, payment_method = NULL, reason = NULL FROM taken WHERE orders.id = taken.id),
  told AS (
    UPDATE order_history SET reason = NULL FROM taken WHERE order_id = taken.id AND reason IS NOT NULL)
  SELECT id FROM taken`;

const FORGET_KEYS = `DELETE FROM idempotency_keys WHERE customer_id = $1`;
const LEFT = `SELECT EXISTS (SELECT FROM orders WHERE customer_id = $1) AS left`;
const END = `UPDATE erasures SET customer_id = NULL, pseudonym = NULL, done_at = now() WHERE id = $1`;

const request = z.strictObject({ customerId: text(64) });
const oneOf = z.strictObject({ id: erasureId });

/**
 * Erases a customer, step by step: each step is one transaction with the messages that follow from it, the next step among them. A crash
 * anywhere repeats a step, and a repeated step finds less to do. Payment and notification are told by order, and so without a name.
 */
@Controller('operations/erasures')
export class EraseCustomer {
  constructor(
    private readonly database: DataSource,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Post()
  @For(['operator'])
  @HttpCode(202)
  @UseGuards(RefusePages)
  begin(@Body({ schema: request }) { customerId }: z.infer<typeof request>): Promise<Erasure> {
    return this.unitOfWork.run((tx) => eraseCustomer(tx, customerId));
  }

  @Get(':id')
  @For(['operator'])
  async read(@Param({ schema: oneOf }) { id }: z.infer<typeof oneOf>): Promise<Erasure> {
    const [erasure] = await this.database.query<Erasure[]>(
      `SELECT id, requested_at AS "requestedAt", done_at AS "doneAt" FROM erasures WHERE id = $1`,
      [id],
    );
    if (!erasure) throw new Problem(404, `There is no erasure ${id}.`);
    return erasure;
  }

  @Handles(orderErase)
  async step({ data: { erasureId } }: Message<PayloadOf<typeof orderErase>>, tx: Transaction): Promise<void> {
    const [erasure] = await tx.query<{ customerId: string; pseudonym: string }>(LOCK, [erasureId]);
    if (!erasure) return;

    const { customerId, pseudonym } = erasure;
    await tx.query(FORGET_KEYS, [customerId]);
    const taken = await tx.query<{ id: string }>(TAKE, [customerId, pseudonym]);
    for (const { id: orderId } of taken) {
      tx.send(paymentForget, { orderId });
      tx.send(notificationForget, { orderId });
    }
    if (taken.length > 0) await tx.query(FORGET_MESSAGES.sql, [taken.map(({ id }) => id)]);
    if (taken.length === ORDERS_AT_ONCE) return tx.send(orderErase, { erasureId });

    const [{ left } = { left: true }] = await tx.query<{ left: boolean }>(LEFT, [customerId]);
    if (left) tx.schedule(orderErase, { erasureId }, { afterMs: LOOK_AGAIN_MS });
    else await tx.query(END, [erasureId]);
  }
}
