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
 * where nothing has failed yet. For dead letters it is read from the index `parked_alike`, which repeats it word for word: to
 * work it out costs more than to find the row.
 */
export const LIKENESS = `left(regexp_replace(regexp_replace(split_part(coalesce(errors->-1->>'error', ''), E'\\n', 1),
      '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}', '<id>', 'g'), '[0-9]+', '<n>', 'g'), 300)`;

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

/** So many messages of a group are counted, and so many groups are told. */
const COUNTED_AT_MOST = 50_000;
const GROUPS_AT_MOST = 200;
/** Of what waits, so many are looked at, oldest first. An outage parks a million, and an index of them would cost each of them. */
const WAITING_LOOKED_AT = 5_000;

/** Goes from group to group by the index, whatever each of them holds, and counts each by the index. */
export const GROUPS_OF_DEAD = `
  WITH RECURSIVE found AS (
    (SELECT type, ${LIKENESS} AS error FROM parked WHERE state = 'dead' ORDER BY type, ${LIKENESS} LIMIT 1)
    UNION ALL
    SELECT next.type, next.error FROM found, LATERAL (
      SELECT type, ${LIKENESS} AS error FROM parked
      WHERE state = 'dead' AND (type, ${LIKENESS}) > (found.type, found.error) ORDER BY type, ${LIKENESS} LIMIT 1) AS next)
  SELECT type, error, counted.* FROM (SELECT * FROM found LIMIT ${GROUPS_AT_MOST}) AS found, LATERAL (
    SELECT count(*)::int AS count, min(parked_at) AS "oldestAt", max(last_at) AS "newestAt", max(id)::text AS example
    FROM (
      SELECT id, parked_at, coalesce(last_failed_at, parked_at) AS last_at FROM parked
      WHERE state = 'dead' AND type = found.type AND ${LIKENESS} = found.error LIMIT ${COUNTED_AT_MOST}) AS theirs) AS counted
  ORDER BY count DESC, type, error`;

const GROUPS_OF_WAITING = `
  WITH looked_at AS (
    SELECT id, type, ${LIKENESS} AS error, parked_at, coalesce(last_failed_at, parked_at) AS last_at
    FROM parked WHERE state = 'waiting' ORDER BY id LIMIT ${WAITING_LOOKED_AT})
  SELECT type, error, count(*)::int AS count, min(parked_at) AS "oldestAt", max(last_at) AS "newestAt", max(id)::text AS example
  FROM looked_at GROUP BY type, error ORDER BY count(*) DESC, type, error LIMIT ${GROUPS_AT_MOST}`;

/** Lists what is dead, or the oldest of what waits, by type and error: at most 200 groups, the largest first. */
export function deadLetterGroups(database: Queries, state: DeadLetter['state'] = 'dead'): Promise<CountedGroup[]> {
  return database.query(state === 'dead' ? GROUPS_OF_DEAD : GROUPS_OF_WAITING);
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
 * (100), of one type and one error (as in a group) where they are given. The last id is the `after` of the next page. With an
 * error it looks at 5,000 of what waits.
 */
export function deadLetters(
  database: Queries,
  { after = '0', limit = 100, state = 'dead', type, error }: Page = {},
): Promise<DeadLetter[]> {
  const parameters: unknown[] = [after, limit];
  const only = (what: string, value?: string) => (value === undefined ? '' : `AND ${what} = $${parameters.push(value)}`);
  const rows =
    state === 'waiting' && error !== undefined
      ? `(SELECT * FROM parked WHERE state = 'waiting' AND id > $1 ORDER BY id LIMIT ${WAITING_LOOKED_AT})`
      : 'parked';
  return database.query(
    `SELECT ${COLUMNS} FROM ${rows} AS p
     WHERE state = '${state}' AND p.id > $1 ${only('type', type)} ${only(LIKENESS, error)} ORDER BY p.id LIMIT $2`,
    parameters,
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
