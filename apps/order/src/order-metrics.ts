import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HistogramWithExemplars, Scraped } from '@waybill/messaging';
import { DataSource } from 'typeorm';

export const settledSeconds = new HistogramWithExemplars({
  name: 'waybill_order_settled_seconds',
  help: 'From an order being placed to it being confirmed, or cancelled',
  labelNames: ['status'] as const,
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
});

const UNSETTLED = ['placed', 'cancelling'] as const;

// Reads an index of the few orders that are under way, and none of the thousands that are settled.
const READ = `
  SELECT status, count(*)::int AS orders, extract(epoch FROM now() - min(updated_at))::float AS "oldestSeconds",
    (count(*) FILTER (WHERE updated_at < now() - $1 * interval '1 ms'))::int AS overdue
  FROM orders WHERE status IN ('placed', 'cancelling') GROUP BY status`;

interface Unsettled {
  readonly status: string;
  readonly orders: number;
  readonly oldestSeconds: number;
  readonly overdue: number;
}

const unsettled = new Scraped<readonly Unsettled[]>(1_000);
unsettled.gauge('waybill_orders', 'Orders that are not settled, by status', ['status'], (rows) =>
  rows.map(({ status, orders }) => [{ status }, orders]),
);
unsettled.gauge('waybill_orders_oldest_seconds', 'How long an order has been in a status, at most', ['status'], (rows) =>
  rows.map(({ status, oldestSeconds }) => [{ status }, oldestSeconds]),
);
unsettled.gauge(
  'waybill_orders_overdue',
  'Orders that have been in their status for longer than a payment may take',
  [],
  (rows) => [[{}, rows.reduce((sum, { overdue }) => sum + overdue, 0)]],
);

/** Tells Prometheus which orders are under way, and for how long. */
@Injectable()
export class OrderMetrics implements OnModuleInit, OnApplicationShutdown {
  private stop = () => {};

  constructor(
    private readonly database: DataSource,
    private readonly paymentDeadlineMs: number,
  ) {}

  onModuleInit(): void {
    this.stop = unsettled.from(() => this.read());
  }

  onApplicationShutdown(): void {
    this.stop();
  }

  /** Every status, those without an order too. */
  async read(): Promise<Unsettled[]> {
    const rows = await this.database.query<Unsettled[]>(READ, [this.paymentDeadlineMs]);
    return UNSETTLED.map(
      (status) => rows.find((row) => row.status === status) ?? { status, orders: 0, oldestSeconds: 0, overdue: 0 },
    );
  }
}
