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
  /** Its last error as the error of a group. */
  readonly likeness: string;
  readonly firstFailedAt: Date | null;
  readonly lastFailedAt: Date | null;
  /** The W3C trace that the message belongs to. */
  readonly traceparent: string | null;
  /** How many later events of its key wait behind it. */
  readonly waitingBehind: number;
}

/**
 * What failures of one kind have in common: the first line of the last error, without the ids and numbers in it. It is empty
 * where nothing has failed yet.
 */
export const LIKENESS = `left(regexp_replace(regexp_replace(split_part(coalesce(errors->-1->>'error', ''), E'\\n', 1),
      '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '<id>', 'gi'), '[0-9]+', '<n>', 'g'), 300)`;

const COLUMNS = `p.id, state, message_id AS "messageId", type, key, stream, source, attempt AS attempts, errors,
      first_failed_at AS "firstFailedAt", last_failed_at AS "lastFailedAt", traceparent, ${LIKENESS} AS likeness,
      (SELECT count(*)::int FROM parked AS later WHERE p.ordered AND later.stream = p.stream AND later.key = p.key AND later.id > p.id) AS "waitingBehind"`;

/** The parked messages of one type that have failed alike. */
export interface Group {
  readonly type: string;
  /** Their last error, without ids and numbers. */
  readonly error: string;
}

export interface CountedGroup extends Group {
  readonly count: number;
  readonly oldestAt: Date;
  readonly newestAt: Date;
  /** The id of the newest one. */
  readonly example: string;
}

/** So many messages are looked at for the groups, oldest first: a question must not hold a connection for long. */
export const GROUPED_AT_MOST = 50_000;

/** Lists what is dead, or what waits, by type and error: the largest groups first, at most 200. */
export function deadLetterGroups(database: Queries, state: DeadLetter['state'] = 'dead'): Promise<CountedGroup[]> {
  return database.query(
    `WITH looked_at AS (
       SELECT id, type, ${LIKENESS} AS error, parked_at, coalesce(last_failed_at, parked_at) AS last_at
       FROM parked WHERE state = $1 ORDER BY id LIMIT ${GROUPED_AT_MOST})
     SELECT type, error, count(*)::int AS count, min(parked_at) AS "oldestAt", max(last_at) AS "newestAt", max(id)::text AS example
     FROM looked_at GROUP BY type, error ORDER BY count(*) DESC, type, error LIMIT 200`,
    [state],
  );
}

export interface Page {
  readonly state?: DeadLetter['state'] | undefined;
  readonly type?: string | undefined;
  readonly error?: string | undefined;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/**
 * Lists the dead letters of a service, or what waits there, oldest first: those with an id beyond `after`, at most `limit`
 * (100), of one type and one error (as in a group) where they are given. The last id is the `after` of the next page.
 */
export function deadLetters(
  database: Queries,
  { after = '0', limit = 100, state = 'dead', type, error }: Page = {},
): Promise<DeadLetter[]> {
  return database.query(
    `SELECT ${COLUMNS} FROM parked AS p
     WHERE state = $3 AND p.id > $1 AND ($4::text IS NULL OR type = $4) AND ($5::text IS NULL OR ${LIKENESS} = $5)
     ORDER BY p.id LIMIT $2`,
    [after, limit, state, type ?? null, error ?? null],
  );
}

/** A parked message, whole. */
export interface DeadLetterInFull extends DeadLetter {
  /** The bytes as they came. */
  readonly body: Buffer;
  /** The first of the events that wait behind it. */
  readonly behind: readonly { readonly id: string; readonly type: string; readonly messageId: string }[];
}

/** Returns one parked message, dead or waiting, or nothing. */
export async function deadLetter(database: Queries, id: string): Promise<DeadLetterInFull | undefined> {
  const rows = await database.query<DeadLetterInFull[]>(
    `SELECT ${COLUMNS}, body, coalesce((
       SELECT jsonb_agg(jsonb_build_object('id', later.id::text, 'type', later.type, 'messageId', later.message_id) ORDER BY later.id)
       FROM (SELECT id, type, message_id FROM parked AS l
             WHERE p.ordered AND l.stream = p.stream AND l.key = p.key AND l.id > p.id ORDER BY l.id LIMIT 20) AS later), '[]') AS behind
     FROM parked AS p WHERE p.id = $1`,
    [id],
  );
  return rows[0];
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
