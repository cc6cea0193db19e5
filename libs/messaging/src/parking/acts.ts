import { type Group, LIKENESS, type Queries } from './dead-letters.js';

/** What a person does about parked messages. */
export interface Act {
  readonly id: string;
  readonly at: Date;
  readonly act: 'redrive' | 'discard';
  /** What the person named: messages by their ids, dead or waiting, or the dead letters of a group. */
  readonly ids: string[] | null;
  readonly type: string | null;
  readonly error: string | null;
  readonly perSecond: number | null;
  readonly reason: string | null;
  /** How many messages it changed. */
  readonly changed: number;
  /** The first hundred of them. */
  readonly messageIds: string[];
  /** When the last one of a redrive gets its next attempt. */
  readonly lastDueAt: Date | null;
}

/** Messages by their ids, or every dead letter of a group. */
export type Chosen = { readonly ids: readonly string[] } | Group;

/** So many messages one act takes of a group, oldest first. The statement stays far below its timeout. */
export const ONE_ACT_TAKES = 10_000;

/**
 * Locks the rows in the order of their ids, so that two acts at once cannot wait for each other. After a wait PostgreSQL looks
 * at the row again: what the other act or a retry has taken is left alone. A running row is one that is being tried.
 */
const chosenRows = (chosen: Chosen, lock: 'UPDATE' | 'NO KEY UPDATE') => `
  chosen AS (
    SELECT id FROM parked
    WHERE NOT running AND ${'ids' in chosen ? 'id = ANY($1::bigint[])' : `state = 'dead' AND type = $2::text AND ${LIKENESS} = $3::text`}
    ORDER BY id LIMIT ${ONE_ACT_TAKES} FOR ${lock})`;

const ACT = `id, at, act, ids, type, error, per_second AS "perSecond", reason, changed, message_ids AS "messageIds",
    last_due_at AS "lastDueAt"`;

/**
 * Gives parked messages all their attempts again, in order of their key, and keeps the act. A message that waits for a later
 * time is tried now. With `perSecond` so many of them are due in each second: the times of their next attempts are spread here,
 * and nobody has to stay for it. A message that is being tried at this moment is left alone.
 *
 * It is one statement: a crash leaves the messages as they were and no act, or both are done.
 */
export async function redrive(database: Queries, chosen: Chosen, perSecond?: number): Promise<Act> {
  const [act] = await database.query<Act[]>(
    `WITH ${chosenRows(chosen, 'NO KEY UPDATE')},
     numbered AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM chosen),
     redriven AS (
       UPDATE parked AS p SET state = 'waiting', failures = 0, crashes = 0, unknown = false, redriven_at = now(),
         next_attempt_at = now() + coalesce(place / $4::double precision, 0) * interval '1 second'
       FROM numbered WHERE p.id = numbered.id RETURNING p.id, p.message_id, p.next_attempt_at)
     INSERT INTO dead_letter_acts (act, ids, type, error, per_second, changed, message_ids, last_due_at)
     SELECT 'redrive', $1::bigint[], $2::text, $3::text, $4::double precision, count(*), coalesce((array_agg(message_id ORDER BY id))[1:100], '{}'),
       max(next_attempt_at) FROM redriven
     RETURNING ${ACT}`,
    [...parametersOf(chosen), perSecond ?? null],
  );
  return act!;
}

/** The columns that stay of a discarded message: all that is known about it, without the marks of waiting. */
const KEPT = `id, stream, message_id, type, key, body, source, ordered, traceparent, state, next_attempt_at, attempt, running,
      failures, transient_failures, crashes, errors, parked_at, first_failed_at, last_failed_at`;

/**
 * Gives parked messages up, and keeps the act. The messages are kept with the reason in `discarded`, and the events behind them
 * go on. A message that is being tried at this moment is left alone. It is one statement, as a redrive is.
 */
export async function discard(database: Queries, chosen: Chosen, reason: string): Promise<Act> {
  const [act] = await database.query<Act[]>(
    `WITH ${chosenRows(chosen, 'UPDATE')},
     gone AS (DELETE FROM parked WHERE id IN (SELECT id FROM chosen) RETURNING *),
     kept AS (INSERT INTO discarded (${KEPT}, reason) SELECT ${KEPT}, $4 FROM gone RETURNING id, message_id)
     INSERT INTO dead_letter_acts (act, ids, type, error, reason, changed, message_ids)
     SELECT 'discard', $1::bigint[], $2::text, $3::text, $4, count(*), coalesce((array_agg(message_id ORDER BY id))[1:100], '{}') FROM kept
     RETURNING ${ACT}`,
    [...parametersOf(chosen), reason],
  );
  return act!;
}

const parametersOf = (chosen: Chosen) => ('ids' in chosen ? [chosen.ids, null, null] : [null, chosen.type, chosen.error]);

/** Lists what people did, newest first: acts with an id below `before`, at most `limit` (100). */
export function deadLetterActs(
  database: Queries,
  { before, limit = 100 }: { readonly before?: string | undefined; readonly limit?: number | undefined } = {},
): Promise<Act[]> {
  return database.query(`SELECT ${ACT} FROM dead_letter_acts WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`, [
    before ?? null,
    limit,
  ]);
}

/** Longer than the memory of those who made them. */
const KEEP_ACTS = '365 days';

/** Forgets old acts, all at once: they are rare and small. */
export async function forgetActs(database: Queries): Promise<void> {
  await database.query(`DELETE FROM dead_letter_acts WHERE at < now() - interval '${KEEP_ACTS}'`);
}
