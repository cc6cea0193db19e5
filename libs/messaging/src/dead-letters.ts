import type { DataSource } from 'typeorm';

/** A message that will not be tried again by itself, with its evidence. */
export interface DeadLetter {
  readonly id: string;
  readonly messageId: string;
  readonly type: string;
  readonly key: string;
  readonly stream: string;
  readonly source: string;
  readonly attempts: number;
  readonly errors: { at: string; error: string }[];
  readonly firstFailedAt: Date | null;
  readonly lastFailedAt: Date | null;
  /** Later events of its key that wait behind it. */
  readonly waitingBehind: number;
}

/** The dead letters of a service, oldest first, at most 1,000. */
export async function deadLetters(database: DataSource): Promise<DeadLetter[]> {
  return database.query(`
    SELECT p.id, message_id AS "messageId", type, key, stream, source, attempt AS attempts, errors,
      first_failed_at AS "firstFailedAt", last_failed_at AS "lastFailedAt",
      (SELECT count(*)::int FROM parked AS later WHERE p.ordered AND later.stream = p.stream AND later.key = p.key AND later.id > p.id) AS "waitingBehind"
    FROM parked AS p WHERE state = 'dead' ORDER BY p.id LIMIT 1000`);
}

/** Dead letters get all their attempts again, now, in order of their key. How many there were. */
export async function redrive(database: DataSource, ids: readonly string[]): Promise<number> {
  const rows: unknown[] = await database.query(
    `WITH redriven AS (
       UPDATE parked SET state = 'waiting', next_attempt_at = now(), failures = 0, crashes = 0, running = false
       WHERE id = ANY($1::bigint[]) AND state = 'dead' RETURNING id)
     SELECT id FROM redriven`,
    [ids],
  );
  return rows.length;
}

/** Dead letters are given up, kept with the reason in `discarded`; the events behind them go on. How many there were. */
export async function discard(database: DataSource, ids: readonly string[], reason: string): Promise<number> {
  const rows: unknown[] = await database.query(
    `WITH gone AS (DELETE FROM parked WHERE id = ANY($1::bigint[]) AND state = 'dead' RETURNING *),
     kept AS (INSERT INTO discarded SELECT gone.*, $2, now() FROM gone RETURNING id)
     SELECT id FROM kept`,
    [ids, reason],
  );
  return rows.length;
}
