import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PaymentStatus } from './payment-decisions.js';

/** The payment of one order: what is known of the money, and which attempt is talking to the provider about it. */
@Entity('payments')
export class Payment {
  @PrimaryColumn('uuid', { name: 'order_id' }) orderId!: string;
  /** Whose order it is. Empty where order did not say so yet, and of an order whose customer was erased. */
  @Column('text', { name: 'customer_id', nullable: true }) customerId!: string | null;
  /** The customer was erased. */
  @Column('boolean') forgotten!: boolean;
  @Column('text') status!: PaymentStatus;
  /** In minor units of `currency`. */
  @Column('int') amount!: number;
  @Column('text') currency!: string;
  /** Empty for the mark of a cancel that came before its charge. */
  @Column('text', { name: 'payment_method', nullable: true }) paymentMethod!: string | null;
  /** Why the provider declined it. */
  @Column('text', { nullable: true }) reason!: string | null;
  /** Counts the workers that claimed it; only the last one may settle it. */
  @Column('int') attempt!: number;
  /** By the database's clock. Until then the payment belongs to the worker of `attempt`. */
  @Column('timestamptz', { name: 'lease_expires_at' }) leaseExpiresAt!: Date;
  /** Counts the outcomes: the sequence of its events. */
  @Column('int') version!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
