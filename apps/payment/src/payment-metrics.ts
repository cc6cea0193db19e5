import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Scraped } from '@waybill/messaging';
import { DataSource } from 'typeorm';

const UNSETTLED = ['charging', 'reversing'] as const;

// Reads an index of the few payments that are under way. The age of their orders shows how long they take.
const READ = `SELECT status, count(*)::int AS payments FROM payments WHERE status IN ('charging', 'reversing') GROUP BY status`;

interface Unsettled {
  readonly status: string;
  readonly payments: number;
}

const unsettled = new Scraped<readonly Unsettled[]>(1_000);
unsettled.gauge('waybill_payments', 'Payments that are not settled, by status', ['status'], (rows) =>
  rows.map(({ status, payments }) => [{ status }, payments]),
);

/** Tells Prometheus how many payments are under way. */
@Injectable()
export class PaymentMetrics implements OnModuleInit, OnApplicationShutdown {
  private stop = () => {};

  constructor(private readonly database: DataSource) {}

  onModuleInit(): void {
    this.stop = unsettled.from(() => this.read());
  }

  onApplicationShutdown(): void {
    this.stop();
  }

  /** Every status, those without a payment too. */
  async read(): Promise<Unsettled[]> {
    const rows = await this.database.query<Unsettled[]>(READ);
    return UNSETTLED.map((status) => rows.find((row) => row.status === status) ?? { status, payments: 0 });
  }
}
