import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outcome } from './compose-mail.js';

/** The customer's address for one order, and the newest outcome to tell. Either may come first: they travel by two brokers. */
@Entity('recipients')
export class Recipient {
  @PrimaryColumn('uuid', { name: 'order_id' }) orderId!: string;
  /** Whose order it is. Empty in rows from before, and where `email` is. */
  @Column('text', { name: 'customer_id', nullable: true }) customerId!: string | null;
  /** Empty until it has come, and of a customer who was erased. */
  @Column('text', { nullable: true }) email!: string | null;
  /** The customer was erased: an address that comes now is not kept. */
  @Column('boolean') forgotten!: boolean;
  @Column('text', { nullable: true }) outcome!: Outcome | null;
  /** The order's version when it had this outcome. */
  @Column('int', { name: 'outcome_version' }) outcomeVersion!: number;
  /** Counts the mails that went out: the sequence of our events. */
  @Column('int', { name: 'mails_sent' }) mailsSent!: number;
}
