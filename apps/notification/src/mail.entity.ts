import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outcome } from './compose-mail.js';

/** One mail: there is at most one for each outcome of an order. */
@Entity('mails')
export class Mail {
  @PrimaryColumn('uuid', { name: 'order_id' }) orderId!: string;
  @PrimaryColumn('text') outcome!: Outcome;
  /** Superseded: a newer outcome came before this one was sent. Refused: the mail server will never take it. */
  @Column('text') status!: 'sending' | 'sent' | 'superseded' | 'refused';
  /** Counts the workers that claimed it; only the last one may settle it. */
  @Column('int') attempt!: number;
  /** By the database's clock. Until then the mail belongs to the worker of `attempt`. */
  @Column('timestamptz', { name: 'lease_expires_at' }) leaseExpiresAt!: Date;
  @Column('text', { name: 'message_id', nullable: true }) messageId!: string | null;
  @Column('timestamptz', { name: 'sent_at', nullable: true }) sentAt!: Date | null;
  /** What the mail server said when it refused. */
  @Column('text', { nullable: true }) refusal!: string | null;
}
