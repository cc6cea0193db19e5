/** A service's database: a TypeORM `DataSource`, or anything else that answers a query with its rows. */
export interface Queries {
  query<Rows = unknown>(sql: string, parameters?: unknown[]): Promise<Rows>;
}

/** A parked message with its evidence. Either the service does not try it again by itself, or it waits for its next try. */
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
  /** How many later events of its key wait behind it. */
  readonly waitingBehind: number;
}

const COLUMNS = `p.id, state, message_id AS "messageId", type, key, stream, source, attempt AS attempts, errors,
      first_failed_at AS "firstFailedAt", last_failed_at AS "lastFailedAt", traceparent,
      (SELECT count(*)::int FROM parked AS later WHERE p.ordered AND later.stream = p.stream AND later.key = p.key AND later.id > p.id) AS "waitingBehind"`;

/** The columns that stay of a discarded message: all that is known about it, without the marks of waiting. */
const KEPT = `id, stream, message_id, type, key, body, source, ordered, traceparent, state, next_attempt_at, attempt, running,
      failures, transient_failures, crashes, errors, parked_at, first_failed_at, last_failed_at`;

/**
 * Lists the dead letters of a service, or what waits there, oldest first: those with an id beyond `after`, at most `limit`
 * (100). The last id is the `after` of the next page.
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

/** Returns one parked message, dead or waiting, with its body (the bytes as they came), or nothing. */
export async function deadLetter(database: Queries, id: string): Promise<(DeadLetter & { readonly body: Buffer }) | undefined> {
  const rows = await database.query<(DeadLetter & { readonly body: Buffer })[]>(
    `SELECT ${COLUMNS}, body FROM parked AS p WHERE p.id = $1`,
    [id],
  );
  return rows[0];
}

/**
 * Gives parked messages all their attempts again, in order of their key. A message that waits for a later time is tried now. A
 * message that is being tried at this moment is left alone. Returns how many messages it changed.
 */
export async function redrive(database: Queries, ids: readonly string[]): Promise<number> {
  const rows = await database.query<unknown[]>(
    `WITH redriven AS (
       UPDATE parked SET state = 'waiting', next_attempt_at = now(), failures = 0, crashes = 0, unknown = false,
         redriven_at = now()
       WHERE id = ANY($1::bigint[]) AND NOT running RETURNING id)
     SELECT id FROM redriven`,
    [ids],
  );
  return rows.length;
}

/**
 * Gives parked messages up. They are kept with the reason in `discarded`, and the events behind them go on. A message that is
 * being tried at this moment is left alone. Returns how many messages it gave up.
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

/** A message that a person gave up is evidence for a while. */
const KEEP_DISCARDED = '30 days';
// Each may have 256 kB, and a person may have given up a million at once. A little at a time holds no lock for long.
const FORGOTTEN_AT_ONCE = 500;
const PAUSE_MS = 50;

// It finds them by the index of their age. Replicas pass over rows that another one is deleting.
export const FORGET_DISCARDED = `
  DELETE FROM discarded WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM discarded WHERE discarded_at < now() - interval '${KEEP_DISCARDED}'
    ORDER BY discarded_at LIMIT ${FORGOTTEN_AT_ONCE} FOR UPDATE SKIP LOCKED))`;

/** Forgets a piece of what was discarded long ago. While there may be more, it returns after how many milliseconds to go on. */
export async function forgetDiscarded(database: Queries): Promise<number | void> {
  const [, forgotten] = await database.query<[unknown, number]>(FORGET_DISCARDED);
  if (forgotten === FORGOTTEN_AT_ONCE) return PAUSE_MS;
}
