import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderStatus } from './order-decisions.js';
import type { PricedLine } from './pricing.js';

/** An order as it is now. Written by `place-order.ts` and `change-order.ts` alone. */
@Entity('orders')
export class Order {
  @PrimaryColumn('uuid') id!: string;
  @Column('text', { name: 'customer_id' }) customerId!: string;
  @Column('text') email!: string;
  @Column('text') status!: OrderStatus;
  /** Why it was cancelled. */
  @Column('text', { nullable: true }) reason!: string | null;
  /** In minor units of `currency`. */
  @Column('int') total!: number;
  @Column('text') currency!: string;
  /** Never changed once placed, and always read with the order: a column, not a table. */
  @Column('jsonb') lines!: PricedLine[];
  @Column('text', { name: 'payment_method' }) paymentMethod!: string;
  /** Counts the states the order has had: the sequence of its events. */
  @Column('int') version!: number;
  @Column('timestamptz', { name: 'placed_at' }) placedAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
