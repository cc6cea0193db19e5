import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outcome } from './compose-mail.js';

/** The customer's address for one order, and the newest outcome to tell. */
@Entity('recipients')
export class Recipient {
  @PrimaryColumn('uuid', { name: 'order_id' }) orderId!: string;
  @Column('text') email!: string;
  @Column('text', { nullable: true }) outcome!: Outcome | null;
  /** The order's version when it had this outcome. */
  @Column('int', { name: 'outcome_version' }) outcomeVersion!: number;
  /** Counts the mails that went out: the sequence of our events. */
  @Column('int', { name: 'mails_sent' }) mailsSent!: number;
}
