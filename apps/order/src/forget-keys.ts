import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Messaging } from '@waybill/messaging';
import { DataSource } from 'typeorm';
import { KEEP_KEYS } from './idempotency.js';

const EVERY_MS = 60_000;
/** A few milliseconds of work at a time, so that no lock is held for long. With the pause it is some 30,000 keys a second. */
const BATCH = 2_000;
const PAUSE_MS = 50;

// The oldest, by the index of their age. Each replica takes others: what is locked is passed over, be it by another sweep or by
// a request that gives an old key a new answer at this moment. A crash leaves the batch as it was.
export const FORGET = `
  DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at <= now() - interval '${KEEP_KEYS}'
    ORDER BY created_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`;

/** Idempotency keys are not kept for ever: soon after their day they are gone, however many there are. */
@Injectable()
export class ForgetKeys implements OnModuleInit {
  constructor(
    private readonly messaging: Messaging,
    private readonly database: DataSource,
  ) {}

  onModuleInit(): void {
    this.messaging.tidyEvery(EVERY_MS, 'idempotency keys', () => this.forget());
  }

  /** Forgets a batch. While there may be more: after how many milliseconds to go on. */
  async forget(): Promise<number | void> {
    const [, forgotten] = await this.database.query<[unknown, number]>(FORGET);
    if (forgotten === BATCH) return PAUSE_MS;
  }
}
