import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Messaging } from '@waybill/messaging';
import { DataSource } from 'typeorm';

/** A client that repeats a request later than this orders anew. */
const KEEP_KEYS = '24 hours';

// So many at a time that no lock is held for long; the rest comes with the next hour.
const FORGET = `
  DELETE FROM idempotency_keys WHERE (customer_id, key) IN (
    SELECT customer_id, key FROM idempotency_keys WHERE created_at < now() - interval '${KEEP_KEYS}' LIMIT 50000 FOR UPDATE SKIP LOCKED)`;

/** Idempotency keys are not kept for ever. */
@Injectable()
export class ForgetKeys implements OnModuleInit {
  constructor(
    private readonly messaging: Messaging,
    private readonly database: DataSource,
  ) {}

  onModuleInit(): void {
    this.messaging.everyHour('idempotency keys', () => this.forget());
  }

  async forget(): Promise<void> {
    await this.database.query(FORGET);
  }
}
