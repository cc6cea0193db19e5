/** What the audit looks at: what the client was told, what the databases hold, and what the outside world saw. */
export interface Evidence {
  readonly requests: readonly ClientRecord[];
  readonly orders: readonly OrderRow[];
  readonly payments: readonly PaymentRow[];
  readonly mails: readonly MailRow[];
  readonly charges: readonly ChargeLine[];
  readonly deliveries: readonly DeliveryLine[];
  readonly outbox: readonly OutboxRow[];
  readonly parked: readonly ParkedRow[];
  /** Timers that are set. */
  readonly scheduled: readonly OutboxRow[];
}

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

/** One order as the client sent it, and everything that it was answered. No answer: `failure` says why it gave up. */
export interface ClientRecord {
  readonly key: string;
  readonly customerId: string;
  readonly email: string;
  /** Left out in ledgers that an earlier version has written. */
  readonly lines?: readonly Line[];
  readonly paymentMethod: string;
  readonly acceptedAt: string;
  /** The bodies of all 202 answers, as they came: more than one where the order was sent twice. */
  readonly answers: readonly string[];
  /** Its cancellation was accepted. */
  readonly cancelled: boolean;
  /** Why a request of this order was sent again, each time. */
  readonly repeated: readonly string[];
  readonly failure?: string;
}

export interface OrderRow {
  readonly id: string;
  readonly customerId: string;
  /** Null where the customer was erased, as is the way to pay: sums and outcomes are left. */
  readonly email: string | null;
  readonly status: string;
  /** Why it is cancelled. */
  readonly reason: string | null;
  readonly total: number;
  readonly currency: string;
  readonly lines: readonly (Line & { readonly unitPrice: number })[];
  readonly paymentMethod: string | null;
  /** Every state it has had, in order. */
  readonly history: readonly string[];
}

export interface PaymentRow {
  readonly orderId: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
}

export interface MailRow {
  readonly orderId: string;
  readonly outcome: string;
  readonly status: string;
  readonly messageId: string | null;
}

/** A line of `GET /ledger/charges` of the outside world. */
export interface ChargeLine {
  readonly seq: number;
  readonly at: string;
  readonly kind: 'charge' | 'refund' | 'lookup';
  readonly reference: string;
  readonly idempotencyKey: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly effect: boolean;
  readonly answered: boolean;
}

/** A line of `GET /ledger/mails` of the outside world. */
export interface DeliveryLine {
  readonly seq: number;
  readonly at: string;
  readonly to: string;
  readonly orderId: string | null;
  readonly messageId: string | null;
  readonly effect: boolean;
}

export interface OutboxRow {
  readonly service: string;
  readonly type: string;
  readonly key: string;
}

export interface ParkedRow extends OutboxRow {
  readonly state: 'waiting' | 'dead';
  readonly lastError: string | null;
}
