import { EntitySchema } from 'typeorm';

export interface OrderRow {
  id: string;
  customerId: string;
  idempotencyKey: string;
  email: string;
  status: 'placed' | 'confirmed' | 'cancelled';
  total: number;
  currency: string;
  lines: unknown;
  createdAt?: Date;
  updatedAt?: Date;
}

export const Order = new EntitySchema<OrderRow>({
  name: 'orders',
  columns: {
    id: { type: 'uuid', primary: true },
    customerId: { type: 'text' },
    idempotencyKey: { type: 'text', unique: true },
    email: { type: 'text' },
    status: { type: 'text' },
    total: { type: 'int' },
    currency: { type: 'text' },
    lines: { type: 'jsonb' },
    createdAt: { type: 'timestamptz', createDate: true },
    updatedAt: { type: 'timestamptz', updateDate: true },
  },
});

export interface PaymentRow {
  id: string;
  orderId: string;
  amount: number;
  currency: string;
  status: 'charged' | 'declined';
}

export const Payment = new EntitySchema<PaymentRow>({
  name: 'payments',
  columns: {
    id: { type: 'uuid', primary: true },
    orderId: { type: 'uuid', unique: true },
    amount: { type: 'int' },
    currency: { type: 'text' },
    status: { type: 'text' },
  },
});

export interface MailRow {
  orderId: string;
  email: string;
  sentAt: Date | null;
}

export const Mail = new EntitySchema<MailRow>({
  name: 'mails',
  columns: {
    orderId: { type: 'uuid', primary: true },
    email: { type: 'text' },
    sentAt: { type: 'timestamptz', nullable: true },
  },
});

/** A message that waits to be published, in the database of the service that sends it. */
export interface OutboxRow {
  id?: string;
  messageId: string;
  type: string;
  key: string;
  payload: object;
  publishedAt: Date | null;
}

export const Outbox = new EntitySchema<OutboxRow>({
  name: 'outbox',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    messageId: { type: 'uuid' },
    type: { type: 'text' },
    key: { type: 'text' },
    payload: { type: 'jsonb' },
    publishedAt: { type: 'timestamptz', nullable: true },
  },
  // What many references do not have: without it each poll would read the whole table.
  indices: [{ name: 'outbox_unpublished', columns: ['id'], where: '"publishedAt" IS NULL' }],
});

/** Which messages a service has handled. */
export interface ProcessedRow {
  messageId: string;
}

export const Processed = new EntitySchema<ProcessedRow>({
  name: 'processed_messages',
  columns: { messageId: { type: 'uuid', primary: true } },
});

export const ENTITIES = {
  order: [Order, Outbox, Processed],
  payment: [Payment, Outbox, Processed],
  notification: [Mail, Outbox, Processed],
} as const;
