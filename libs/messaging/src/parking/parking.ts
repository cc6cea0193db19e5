import { backoffMs, type Tuning } from '../tuning.js';
import { ComeBack, evidenceOf, reasonOf } from '../errors.js';
import { classify } from './failure-class.js';
import type { Transaction } from '../transaction.js';

/** A message as it is parked: its bytes as they came, and where they came from. */
export interface Parkable {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly body: Buffer;
  readonly stream: string;
  readonly source: string;
  readonly ordered: boolean;
  readonly traceparent?: string | undefined;
}

/** Why a message is parked, and for how long. In the state `dead` it is a dead letter. */
export interface Parking {
  readonly state: 'waiting' | 'dead';
  readonly afterMs: number;
  readonly failures: number;
  /** Runs that never reported back, and so have probably killed their process. */
  readonly crashes: number;
  /** This build does not know the type. Nobody tries the message until a build does. */
  readonly unknown?: boolean;
  readonly error?: string;
}

/** A parked row that this worker has claimed. */
export interface ClaimedRow extends Parkable {
  readonly rowId: string;
  /** Fences a late finisher: only the latest claim may settle. */
  readonly attempt: number;
  readonly failures: number;
  readonly transientFailures: number;
  readonly crashes: number;
  /** A person has given it its attempts again. */
  readonly redriven: boolean;
}

/** A message of which three runs have not reported back is not tried again. */
export const CRASH_LIMIT = 3;

/** A message behind an earlier parked one of its key. It is due at once, and its turn comes when the earlier one is gone. */
export const behindItsKey: Parking = { state: 'waiting', afterMs: 0, failures: 0, crashes: 0 };

/**
 * A message whose process died with it. It may be innocent, so it gets one more run, alone. A second kill makes it a dead
 * letter.
 */
export const suspectedKiller = (error: string): Parking => ({
  state: 'waiting',
  afterMs: 0,
  failures: 0,
  crashes: CRASH_LIMIT - 1,
  error,
});

/** A message that can never be handled. */
export const deadLetterOf = (error: string): Parking => ({ state: 'dead', afterMs: 0, failures: 0, crashes: 0, error });

/** What the first failure of a delivery means for the message. */
export function parkingAfter(error: unknown, tuning: Tuning): Parking {
  const text = reasonOf(error);
  const kind = classify(error);
  if (kind === 'reject' || (kind === 'failure' && tuning.maxAttempts <= 1)) {
    return { state: 'dead', afterMs: 0, failures: 1, crashes: 0, error: text };
  }
  if (error instanceof ComeBack) {
    return { state: 'waiting', afterMs: Math.max(0, error.afterMs), failures: 0, crashes: 0, error: text };
  }
  const afterMs = backoffMs(1, tuning.retryBackoffMs, tuning.retryBackoffCapMs);
  return { state: 'waiting', afterMs, failures: kind === 'failure' ? 1 : 0, crashes: 0, error: text };
}

/** True when PostgreSQL refused a value itself, or its size: the same at every try. */
export const cannotBeStored = (error: unknown): boolean => /^(22|54)/.test(String((error as { code?: unknown } | null)?.code));

/** A text as PostgreSQL can keep it. What was decoded is so already. The broker tells where it came from, and takes any byte. */
const storable = (text: string): string => text.replaceAll('\0', '\\0').toWellFormed();

/**
 * Parks a message. Only the transaction that inserted the message's inbox row may do so: a message is parked once, or handled,
 * never both. A row that is still parked when the inbox has forgotten its id stays as it is.
 * An event behind another one of its key is blocked until the other one is gone. This transaction locks the head of the key
 * until its commit. A transaction that deletes the head waits for that, and then sees what was parked behind it
 * (`release_next_parked`). When a transaction is just deleting the head, this statement waits for it.
 */
export async function park(tx: Transaction, message: Parkable, parking: Parking): Promise<void> {
  await tx.query(
    `WITH head AS (SELECT id FROM parked WHERE $7::boolean AND stream = $1 AND key = $4 ORDER BY id LIMIT 1 FOR KEY SHARE)
     INSERT INTO parked (stream, message_id, type, key, body, source, ordered, traceparent, state, next_attempt_at, failures, crashes,
       errors, first_failed_at, last_failed_at, unknown, blocked)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10 * interval '1 millisecond', $11, $12,
       CASE WHEN $13::text IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(jsonb_build_object('at', now(), 'error', $13::text)) END,
       CASE WHEN $13::text IS NULL THEN NULL ELSE now() END, CASE WHEN $13::text IS NULL THEN NULL ELSE now() END,
       $14, EXISTS (SELECT 1 FROM head))
     ON CONFLICT (message_id) DO NOTHING`,
    [
      storable(message.stream),
      message.id,
      storable(message.type),
      storable(message.key),
      message.body,
      storable(message.source),
      message.ordered,
      message.traceparent === undefined ? null : storable(message.traceparent),
      parking.state,
      parking.afterMs,
      parking.failures,
      parking.crashes,
      parking.error === undefined ? null : evidenceOf(parking.error),
      parking.unknown ?? false,
    ],
  );
}

/** A key of one stream. The same order has a key in the topic of each service that tells of it. */
export interface KeyOfStream {
  readonly stream: string;
  readonly key: string;
}

/**
 * Which of these keys have a parked message, dead letters included: later events of the key wait behind it. The question is a
 * separate statement after the inbox insert. Within the insert its snapshot would be older than the wait for a worker that was
 * parking a copy at that moment.
 */
export async function parkedKeys(tx: Transaction, keys: readonly KeyOfStream[]): Promise<KeyOfStream[]> {
  return tx.query<KeyOfStream>(
    `SELECT DISTINCT stream, key FROM parked JOIN unnest($1::text[], $2::text[]) AS asked(stream, key) USING (stream, key)`,
    [keys.map(({ stream }) => stream), keys.map(({ key }) => key)],
  );
}

/** What a claim can take. It repeats word for word the predicate of the index `parked_ready`, which holds nothing else. */
const READY = `state = 'waiting' AND NOT blocked AND NOT unknown AND NOT running`;

/**
 * Claims due messages by moving their next attempt forward. An event is due only when no earlier one of its stream and key is
 * parked. `blocked` keeps the others out of the index, and the look at the table decides the order. A claimed row is `running`
 * until its worker reports back. A build takes the types for which it has a handler ($5): an older or a newer build has parked
 * the rest. $3 asks for the suspects, whose process died during a run before. They are claimed apart, because they run alone.
 */
export const CLAIM_PARKED = `
  WITH due AS (
    SELECT id FROM parked AS p
    WHERE ${READY} AND (crashes > 0) = $3 AND next_attempt_at <= now() AND type = ANY($5)
      AND NOT (ordered AND EXISTS (SELECT 1 FROM parked AS e WHERE e.stream = p.stream AND e.key = p.key AND e.id < p.id))
    ORDER BY next_attempt_at, id
    LIMIT $1
    FOR NO KEY UPDATE SKIP LOCKED)
  UPDATE parked AS p
  SET attempt = attempt + 1, running = true, claimed_by = $4, next_attempt_at = now() + $2 * interval '1 millisecond'
  FROM due WHERE p.id = due.id
  RETURNING p.id AS "rowId", p.attempt, p.failures, p.transient_failures AS "transientFailures", p.crashes, p.message_id AS id,
    p.type, p.key, p.body, p.stream, p.source, p.ordered, p.traceparent,
    p.redriven_at IS NOT NULL AS redriven`;

export const SUSPECT_IS_DUE = `
  SELECT EXISTS (
    SELECT 1 FROM parked WHERE ${READY} AND (crashes > 0) = true AND next_attempt_at <= now() AND type = ANY($1)) AS due`;

/** What a look at the parked messages has found. */
export interface ParkedLook {
  /** A claim may find a message. */
  readonly due: boolean;
  /** A claim has run out, and its worker has not reported back. */
  readonly silent: boolean;
}

/**
 * Whether there is anything to claim or to release, for the many polls that find nothing: it reads one entry of each index, in
 * one round trip and without a transaction. The claims that follow take three each.
 */
export const LOOK_AT_PARKED = `
  SELECT EXISTS (SELECT 1 FROM parked WHERE ${READY} AND (crashes > 0) = false AND next_attempt_at <= now())
      OR EXISTS (SELECT 1 FROM parked WHERE ${READY} AND (crashes > 0) = true AND next_attempt_at <= now()) AS due,
    EXISTS (SELECT 1 FROM parked WHERE running AND next_attempt_at <= now()) AS silent`;

/** A claim that has run out, and whose worker has not reported back. */
export interface SilentClaim {
  readonly rowId: string;
  readonly attempt: number;
  readonly claimedBy: string | null;
}

export const FIND_SILENT = `
  SELECT id AS "rowId", attempt, claimed_by AS "claimedBy" FROM parked
  WHERE running AND next_attempt_at <= now() ORDER BY next_attempt_at LIMIT 100`;

/**
 * Ends a claim in its worker's place. $3: a crash is counted. The worker may still report back until the next claim, and then
 * it did not crash.
 */
export const RELEASE_SILENT = `
  UPDATE parked SET running = false, crashes = crashes + $3::boolean::int, next_attempt_at = now() WHERE id = $1 AND attempt = $2 AND running`;

/** Gives back rows that this worker has claimed without knowing it: the answer to the claim's commit was lost. */
export const RELEASE_LOST = `
  UPDATE parked SET running = false, next_attempt_at = now() WHERE running AND claimed_by = $1 AND NOT id = ANY($2::bigint[])`;

/** Locks a claimed row against other workers for the handler's transaction. A later event may still be parked behind it. */
export const HOLD_PARKED = `SELECT 1 FROM parked WHERE id = $1 AND attempt = $2 FOR NO KEY UPDATE`;

/**
 * Ends a claim with the message handled, at the end of the handler's transaction. A transaction that parks behind this row
 * locks it, and must not have to wait for the handler. No row: another worker has claimed it since, and this one is too late.
 */
export const FINISH_PARKED = `DELETE FROM parked WHERE id = $1 AND attempt = $2 RETURNING 1`;

/**
 * Ends a claim with a failure. $8 is true when the handler has run: a message that reports back from its handler is no killer.
 * $8 is false when this build does not know the type. The evidence stays small: the first error and the last five.
 */
export const FAIL_PARKED = `
  UPDATE parked
  SET running = false, crashes = CASE WHEN $8 THEN 0 ELSE crashes END, unknown = NOT $8, state = $3,
    next_attempt_at = now() + $4 * interval '1 millisecond',
    failures = failures + $5, transient_failures = transient_failures + $6,
    errors = CASE WHEN jsonb_array_length(errors) < 10 THEN errors ELSE errors - 5 END || jsonb_build_array(jsonb_build_object('at', now(), 'error', $7::text)),
    first_failed_at = coalesce(first_failed_at, now()), last_failed_at = now()
  WHERE id = $1 AND attempt = $2
  RETURNING 1`;

/** Makes 500 waiting messages due whose types this build handles. It reads no row of a type that this build does not handle. */
export const RELEASE_KNOWN = `
  UPDATE parked SET unknown = false, next_attempt_at = now()
  WHERE id IN (SELECT id FROM parked WHERE unknown AND type = ANY($1) LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED)
  RETURNING 1`;

/**
 * Skips events of types that this build knows and has no handler for ($1), as a first delivery would: 500 of those that no
 * build has known so far. An event that a handler has failed at is left to the builds that have that handler.
 */
export const SKIP_KNOWN = `
  DELETE FROM parked
  WHERE id IN (SELECT id FROM parked WHERE unknown AND ordered AND type = ANY($1) LIMIT 500 FOR UPDATE SKIP LOCKED)
  RETURNING type`;

/**
 * Looks at the next 5,000 blocked rows after $1, and releases those that have no message before them. There should be none.
 * But a build from before the mark may have parked such a row, or a migration may have marked it while its head went: it would
 * wait for ever.
 */
export const RELEASE_HEADLESS = `
  WITH walked AS (SELECT id, stream, key FROM parked WHERE blocked AND id > $1 ORDER BY id LIMIT 5000),
  released AS (
    UPDATE parked AS p SET blocked = false FROM walked
    WHERE p.id = walked.id
      AND NOT EXISTS (SELECT 1 FROM parked AS e WHERE e.stream = walked.stream AND e.key = walked.key AND e.id < walked.id)
    RETURNING 1)
  SELECT (SELECT max(id) FROM walked) AS last, (SELECT count(*)::int FROM released) AS released`;
