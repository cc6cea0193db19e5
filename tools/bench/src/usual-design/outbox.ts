import { randomUUID } from 'node:crypto';
import { IsNull, type DataSource, type EntityManager } from 'typeorm';
import { Outbox, type OutboxRow } from './entities.ts';

const POLL_MS = 1_000;
const ROWS_PER_POLL = 100;

/** How much one poll publishes: a hundred rows, or rows until none is left. */
export type Variant = '100 per tick' | 'drain';

/** Saves a message with the change that it tells of. */
export async function save(manager: EntityManager, type: string, key: string, payload: object): Promise<void> {
  await manager.save(Outbox, { messageId: randomUUID(), type, key, payload, publishedAt: null });
}

/**
 * Polls the outbox each second, publishes row by row, and marks each row when its broker has confirmed it. Rows that another replica
 * has in hand are skipped.
 */
export class OutboxPoller {
  variant: Variant = 'drain';
  #busy = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(database: DataSource, publish: (row: OutboxRow) => Promise<void>) {
    this.#timer = setInterval(() => {
      if (this.#busy) return;
      this.#busy = true;
      void this.#tick(database, publish)
        .catch((error: unknown) => console.error(error))
        .finally(() => (this.#busy = false));
    }, POLL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #tick(database: DataSource, publish: (row: OutboxRow) => Promise<void>): Promise<void> {
    while ((await publishSome(database, publish)) > 0 && this.variant === 'drain');
  }
}

function publishSome(database: DataSource, publish: (row: OutboxRow) => Promise<void>): Promise<number> {
  return database.transaction(async (manager) => {
    const rows = await manager.find(Outbox, {
      where: { publishedAt: IsNull() },
      order: { id: 'ASC' },
      take: ROWS_PER_POLL,
      lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
    });
    for (const row of rows) {
      await publish(row);
      await manager.update(Outbox, { id: row.id! }, { publishedAt: new Date() });
    }
    return rows.length;
  });
}
