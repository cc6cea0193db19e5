import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderStatus } from './order-decisions.js';

/** One state that an order has had, and the message that brought it there. Rows are only added. */
@Entity('order_history')
export class OrderHistoryEntry {
  @PrimaryColumn('uuid', { name: 'order_id' }) orderId!: string;
  @PrimaryColumn('int') version!: number;
  @Column('text') status!: OrderStatus;
  @Column('timestamptz') at!: Date;
  /** Empty for the first state: a request brought it, not a message. */
  @Column('uuid', { name: 'message_id', nullable: true }) messageId!: string | null;
  @Column('text', { name: 'message_type', nullable: true }) messageType!: string | null;
}
