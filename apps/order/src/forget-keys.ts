import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Messaging } from '@waybill/messaging';
import { DataSource } from 'typeorm';
import { KEEP_KEYS } from './idempotency.js';

const EVERY_MS = 60_000;
/** A batch takes a few milliseconds and holds no lock for long. With the pause, a replica forgets some 30,000 keys a second. */
const BATCH = 2_000;
const PAUSE_MS = 50;

// Takes the oldest keys, by the index of their age. It passes over locked rows: another replica's sweep holds them, or a request
// that gives an old key a new answer at this moment. A crash leaves the batch as it was.
export const FORGET = `
  DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at <= now() - interval '${KEEP_KEYS}'
    ORDER BY created_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`;

/** Removes idempotency keys soon after their day, however many there are. */
@Injectable()
export class ForgetKeys implements OnModuleInit {
  constructor(
    private readonly messaging: Messaging,
    private readonly database: DataSource,
  ) {}

  onModuleInit(): void {
    this.messaging.tidyEvery(EVERY_MS, 'idempotency keys', () => this.forget());
  }

  /** Forgets a batch. Returns the pause before the next one in milliseconds, while there may be more keys. */
  async forget(): Promise<number | void> {
    const [, forgotten] = await this.database.query<[unknown, number]>(FORGET);
    if (forgotten === BATCH) return PAUSE_MS;
  }
}
