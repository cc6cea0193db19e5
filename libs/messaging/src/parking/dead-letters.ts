/** A service's database: a TypeORM `DataSource`, or anything else that answers a query with its rows. */
export interface Queries {
  query<Rows = unknown>(sql: string, parameters?: unknown[]): Promise<Rows>;
}

/** A parked message with its evidence: one that will not be tried again by itself, or one that waits. */
export interface DeadLetter {
  readonly id: string;
  readonly state: 'dead' | 'waiting';
  readonly messageId: string;
  readonly type: string;
  readonly key: string;
  readonly stream: string;
  readonly source: string;
  readonly attempts: number;
  readonly errors: { at: string; error: string }[];
  readonly firstFailedAt: Date | null;
  readonly lastFailedAt: Date | null;
  /** The W3C trace that the message belongs to. */
  readonly traceparent: string | null;
  /** Later events of its key that wait behind it. */
  readonly waitingBehind: number;
}

const COLUMNS = `p.id, state, message_id AS "messageId", type, key, stream, source, attempt AS attempts, errors,
      first_failed_at AS "firstFailedAt", last_failed_at AS "lastFailedAt", traceparent,
      (SELECT count(*)::int FROM parked AS later WHERE p.ordered AND later.stream = p.stream AND later.key = p.key AND later.id > p.id) AS "waitingBehind"`;

/** What is kept of a discarded message: all that is known about it, without the marks of waiting. */
const KEPT = `id, stream, message_id, type, key, body, source, ordered, traceparent, state, next_attempt_at, attempt, running,
      failures, transient_failures, crashes, errors, parked_at, first_failed_at, last_failed_at`;

/**
 * The dead letters of a service, or what waits there, oldest first: those with an id beyond `after`, at most `limit` (100). The last
 * id is the next page's `after`.
 */
export function deadLetters(
  database: Queries,
  { after = '0', limit = 100, state = 'dead' }: { after?: string; limit?: number; state?: DeadLetter['state'] } = {},
): Promise<DeadLetter[]> {
  return database.query(`SELECT ${COLUMNS} FROM parked AS p WHERE state = $3 AND p.id > $1 ORDER BY p.id LIMIT $2`, [
    after,
    limit,
    state,
  ]);
}

/** One parked message, dead or waiting, with its body, the bytes as they came; or nothing. */
export async function deadLetter(database: Queries, id: string): Promise<(DeadLetter & { readonly body: Buffer }) | undefined> {
  const rows = await database.query<(DeadLetter & { readonly body: Buffer })[]>(
    `SELECT ${COLUMNS}, body FROM parked AS p WHERE p.id = $1`,
    [id],
  );
  return rows[0];
}

/**
 * Parked messages get all their attempts again, in order of their key: what waits for a later time is tried now. One that is
 * being tried at this moment is left alone. How many there were.
 */
export async function redrive(database: Queries, ids: readonly string[]): Promise<number> {
  const rows = await database.query<unknown[]>(
    `WITH redriven AS (
       UPDATE parked SET state = 'waiting', next_attempt_at = now(), failures = 0, crashes = 0, unknown = false
       WHERE id = ANY($1::bigint[]) AND NOT running RETURNING id)
     SELECT id FROM redriven`,
    [ids],
  );
  return rows.length;
}

/**
 * Parked messages are given up, kept with the reason in `discarded`; the events behind them go on. One that is being tried at this
 * moment is left alone. How many there were.
 */
export async function discard(database: Queries, ids: readonly string[], reason: string): Promise<number> {
  const rows = await database.query<unknown[]>(
    `WITH gone AS (DELETE FROM parked WHERE id = ANY($1::bigint[]) AND NOT running RETURNING *),
     kept AS (INSERT INTO discarded (${KEPT}, reason) SELECT ${KEPT}, $2 FROM gone RETURNING id)
     SELECT id FROM kept`,
    [ids, reason],
  );
  return rows.length;
}

/** What a person gave up is evidence for a while. */
const KEEP_DISCARDED = '30 days';
// Each may have 256 kB, and a person may have given up a million at once: a little at a time holds no lock for long.
const FORGOTTEN_AT_ONCE = 500;
const PAUSE_MS = 50;

// By the index of their age. Replicas pass over what another one is at.
export const FORGET_DISCARDED = `
  DELETE FROM discarded WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM discarded WHERE discarded_at < now() - interval '${KEEP_DISCARDED}'
    ORDER BY discarded_at LIMIT ${FORGOTTEN_AT_ONCE} FOR UPDATE SKIP LOCKED))`;

/** Forgets a piece of what was discarded long ago. While there may be more: after how many milliseconds to go on. */
export async function forgetDiscarded(database: Queries): Promise<number | void> {
  const [, forgotten] = await database.query<[unknown, number]>(FORGET_DISCARDED);
  if (forgotten === FORGOTTEN_AT_ONCE) return PAUSE_MS;
}
