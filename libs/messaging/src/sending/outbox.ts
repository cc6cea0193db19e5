import { DATABASE_MS } from '../clock.js';
import type { EncodedMessage } from '../envelope.js';
import { partitionOf } from '../brokers/kafka/partition-of.js';

/** One lane per broker: a broker that is away does not hold up the other. */
export type Lane = 'kafka' | 'rabbitmq';
export const laneOf = (kind: 'event' | 'command'): Lane => (kind === 'event' ? 'kafka' : 'rabbitmq');

/**
 * The path of a row through its broker: the partition of an event, the type of a command. A broker may serve one path and not
 * another: a partition has lost its leader, a type its rights or its queue.
 */
export const pathOf = (lane: Lane, { type, key }: { readonly type: string; readonly key: string }): string =>
  lane === 'kafka' ? String(partitionOf(key)) : type;

/** A row as the relay reads it. `id` is its position in the outbox, and not the message's id. */
export interface OutboxRow {
  readonly id: string;
  readonly message_id: string;
  readonly type: string;
  readonly key: string;
  readonly body: Buffer;
  readonly attempts: number;
}

export interface LanedMessage extends EncodedMessage {
  readonly lane: Lane;
}

/**
 * Writes all messages of a transaction in one statement, just before its commit. The statement draws the identity when the
 * transaction has already locked the rows that the keys name. So, per key, the order of ids is the order of commits.
 * A crash before the commit leaves nothing. After the commit, the relay of any replica finds the rows. The statement answers
 * with the database's time: receivers judge by the time of an id whether their inbox can know it.
 */
export const INSERT_OUTBOX = `
  WITH sent AS (
    INSERT INTO outbox (lane, path, message_id, type, key, body)
    SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::bytea[]))
  SELECT ${DATABASE_MS}`;

export const outboxParameters = (messages: readonly LanedMessage[]): unknown[] => [
  messages.map((message) => message.lane),
  messages.map((message) => pathOf(message.lane, message)),
  messages.map((message) => message.id),
  messages.map((message) => message.type),
  messages.map((message) => message.key),
  messages.map((message) => message.body),
];

/**
 * The relay's claim: the process that holds this lock relays the lane, until its transaction ends. There is no lease and
 * nothing to fence. A crash frees the lock with the connection, and idle_in_transaction_session_timeout frees a lock that a
 * stopped process holds. The statement answers with the database's time: Kafka keeps an event by the time that its publisher
 * gives it. The transaction begins in the same round trip.
 */
export const beginAndTryLane = (lane: Lane) =>
  `BEGIN; SELECT pg_try_advisory_xact_lock(hashtext('waybill.outbox.${lane}')) AS won, ${DATABASE_MS}`;

/** Whether a lane has a row from position $2 on. It reads one index entry, for the many polls that find none. */
export const IS_ROW_WAITING = `SELECT EXISTS (SELECT 1 FROM outbox WHERE lane = $1 AND id >= $2) AS waits, ${DATABASE_MS}`;

/**
 * Reads the next rows of a lane, oldest first, at most $2 rows and $3 bytes (but always one). It takes no row lock: the lane's
 * lock is the claim. It leaves out closed paths ($4): otherwise their rows would fill the claim and no other row would leave.
 * It begins at position $5: the rows before it are dead and deleted, and walking over them costs 20 ms per 100,000 rows while
 * a snapshot keeps them. It skips a key as a whole when one of its rows is held back, or was held back and lies before $5:
 * that keeps the order of the key. Such keys are a handful, and a partial index finds them once. (A condition per row would be
 * a planner trap: 0.6 s per claim on a table analyzed while empty.)
 */
export const READ_OUTBOX = `
  SELECT id, message_id, type, key, body, attempts
  FROM (
    SELECT *, sum(octet_length(body)) OVER (ORDER BY id) AS bytes, row_number() OVER (ORDER BY id) AS place
    FROM (
      SELECT * FROM outbox
      WHERE lane = $1 AND id >= $5 AND (path IS NULL OR path <> ALL($4::text[]))
        AND key NOT IN (
          SELECT key FROM outbox WHERE lane = $1 AND not_before IS NOT NULL AND (not_before > now() OR id < $5))
      ORDER BY id
      LIMIT $2
    ) AS next
  ) AS measured
  WHERE place = 1 OR bytes <= $3
  ORDER BY id`;

/** Tells which writing transactions have ended, for the lower bound of the next claims. */
export const READ_WRITERS = `
  SELECT pg_snapshot_xmin(snapshot)::text AS xmin, pg_snapshot_xmax(snapshot)::text AS xmax FROM pg_current_snapshot() AS snapshot`;

/**
 * Deletes what the broker has confirmed, and ends the claim in the same round trip. After a crash before this commit the relay
 * publishes the rows again, and the inbox drops the copies. `ids` are positions that PostgreSQL has drawn.
 */
export const deleteAndCommit = (ids: readonly string[]) =>
  ids.length > 0 ? `DELETE FROM outbox WHERE id = ANY('{${ids.join()}}'::bigint[]); COMMIT` : 'COMMIT';

/**
 * Keeps what the broker refused, with its reason. The row holds back its key until its time has come. That time counts from
 * here, because `now()` is the start of the claim, and publishing may have taken longer than the wait. One statement serves a
 * whole claim.
 */
export const HOLD_OUTBOX = `
  UPDATE outbox
  SET attempts = attempts + 1, not_before = clock_timestamp() + held.after_ms * interval '1 millisecond', last_error = held.reason
  FROM unnest($1::bigint[], $2::text[], $3::int[]) AS held(id, reason, after_ms)
  WHERE outbox.id = held.id`;

/** Whether a timer is due. It reads one index entry, for the many polls that find none. */
export const IS_TIMER_DUE = `SELECT EXISTS (SELECT 1 FROM scheduled WHERE due_at <= now()) AS due`;

/**
 * Takes due timers out, in the transaction that puts them into the outbox: a timer is in one table or the other, never in
 * neither.
 */
export const TAKE_DUE_TIMERS = `
  WITH due AS (
    DELETE FROM scheduled
    WHERE (type, key) IN (
      SELECT type, key FROM scheduled WHERE due_at <= now() ORDER BY due_at LIMIT 500 FOR UPDATE SKIP LOCKED)
    RETURNING type, key, body, due_at)
  SELECT type, key, body FROM due ORDER BY due_at`;

/** A timer that a transaction sets, or one that it takes away. */
export type Timer = SetTimer | { readonly type: string; readonly key: string };
interface SetTimer {
  readonly type: string;
  readonly key: string;
  readonly afterMs: number;
  readonly id: string;
  readonly body: Buffer;
}
export const isSet = (timer: Timer): timer is SetTimer => 'body' in timer;

/**
 * Sets a timer, or moves the one that this type and key already have. The time counts by the database's clock, the only one
 * that all replicas share.
 */
export const SCHEDULE = `
  INSERT INTO scheduled (type, key, due_at, message_id, body)
  SELECT type, key, now() + after_ms * interval '1 millisecond', message_id, body
  FROM unnest($1::text[], $2::text[], $3::float8[], $4::uuid[], $5::bytea[]) AS timer(type, key, after_ms, message_id, body)
  ON CONFLICT (type, key) DO UPDATE SET due_at = excluded.due_at, message_id = excluded.message_id, body = excluded.body`;

export const timerParameters = (timers: readonly SetTimer[]): unknown[] => [
  timers.map(({ type }) => type),
  timers.map(({ key }) => key),
  timers.map(({ afterMs }) => afterMs),
  timers.map(({ id }) => id),
  timers.map(({ body }) => body),
];

export const UNSCHEDULE = `
  DELETE FROM scheduled USING unnest($1::text[], $2::text[]) AS timer(type, key)
  WHERE scheduled.type = timer.type AND scheduled.key = timer.key`;
