import type { DataSource } from 'typeorm';
import { dayOf } from '../ids.js';
import type { Transaction } from '../transaction.js';

/**
 * Which of these messages are new. Each id once and sorted: `ON CONFLICT .. RETURNING` gives both copies of an id that is
 * twice in one statement, and two batches in opposite order would deadlock. A copy that another worker is handling right
 * now makes this statement wait on the unique index until that worker has committed or rolled back.
 */
export async function insertIntoInbox(tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
  const distinct = [...new Set(ids)].sort();
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO inbox (id, day) SELECT * FROM unnest($1::uuid[], $2::date[]) ON CONFLICT DO NOTHING RETURNING id`,
    [distinct, distinct.map(dayOf)],
  );
  return new Set(rows.map((row) => row.id));
}

const KEEP_AGAIN_MS = 1_000;
const MOST_TURNS = 20;

/**
 * Makes the partitions of the coming days and forgets what is older than `days`. Gives way to deliveries and does a bounded piece
 * of work at a time: so it is asked until it is through. What is left after the last turn waits for the next hour.
 */
export async function keepInbox(database: DataSource, days: number, isStopped: () => boolean): Promise<void> {
  for (let turn = 1; turn <= MOST_TURNS && !isStopped(); turn++) {
    const [kept] = await database.query<{ through: boolean }[]>(`SELECT keep_inbox($1) AS through`, [days]);
    if (kept!.through) return;
    await new Promise((resolve) => setTimeout(resolve, KEEP_AGAIN_MS));
  }
}

/** True when this message was handled or parked before. */
export async function isInInbox(database: DataSource, id: string): Promise<boolean> {
  const rows: unknown[] = await database.query(`SELECT 1 FROM inbox WHERE id = $1 AND day = $2`, [id, dayOf(id)]);
  return rows.length > 0;
}
