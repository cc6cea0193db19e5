import { backoffMs, type Tuning } from '../tuning.js';
import { ComeBack, reasonOf } from '../errors.js';
import { classify } from './failure-class.js';
import type { Transaction } from '../transaction.js';

/** What is parked: the bytes as they came, and where they came from. */
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

/** Why and until when. Without `afterMs` it is a dead letter. */
export interface Parking {
  readonly state: 'waiting' | 'dead';
  readonly afterMs: number;
  readonly failures: number;
  /** Runs that never reported back, so probably took their process with them. */
  readonly crashes: number;
  /** This build does not know its type: nobody tries it until a build does. */
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
}

/** A message that never reports back three times is not tried again. */
export const CRASH_LIMIT = 3;

/** Waits behind an earlier parked message of its key: due at once, its turn comes when that one is gone. */
export const behindItsKey: Parking = { state: 'waiting', afterMs: 0, failures: 0, crashes: 0 };

/** Came from a process that died with it, maybe innocent: gets one more run, alone; a second kill makes it a dead letter. */
export const suspectedKiller = (error: string): Parking => ({
  state: 'waiting',
  afterMs: 0,
  failures: 0,
  crashes: CRASH_LIMIT - 1,
  error,
});

/** Can never be handled. */
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

/** As PostgreSQL can keep it. What was decoded is so already; where it came from is told by brokers, who take any byte. */
const storable = (text: string): string => text.replaceAll('\0', '\\0').toWellFormed();

/**
 * Only the transaction that inserted a message's inbox row may park it: so it is parked once, or handled, never both. What is still
 * parked when the inbox has forgotten its id stays as it is.
 * An event behind another of its key is blocked until that one is gone. The head is locked until the commit here: whoever deletes
 * it waits, and then sees what was parked behind it (`release_next_parked`). A head that is being deleted is waited for.
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
      parking.error ?? null,
      parking.unknown ?? false,
    ],
  );
}

/**
 * Which of these keys have a parked message, dead letters included: later events of the key wait behind it.
 * A statement of its own after the inbox insert: in the same one, the snapshot would be older than the wait on a copy
 * that another worker was parking at that moment.
 */
export async function parkedKeys(tx: Transaction, stream: string, keys: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ key: string }>(`SELECT DISTINCT key FROM parked WHERE stream = $1 AND key = ANY($2)`, [
    stream,
    [...new Set(keys)],
  ]);
  return new Set(rows.map((row) => row.key));
}

/** What can be claimed. Word for word the predicate of the index `parked_ready`, in which nothing else is. */
const READY = `state = 'waiting' AND NOT blocked AND NOT unknown AND NOT running`;

/**
 * Claims due messages by moving their next attempt forward. An event is due only when no earlier one of its stream and key is
 * parked: `blocked` keeps those out of the index, and the order itself rests on the look at the table. A claim in hand is `running`
 * until it reports back. A build takes what it has a handler for ($5): another one, older or newer, has parked the rest. $3 asks for the suspects, whose run ended with their process before: they are claimed apart, because
 * they run alone.
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
    p.type, p.key, p.body, p.stream, p.source, p.ordered, p.traceparent`;

export const SUSPECT_IS_DUE = `
  SELECT EXISTS (
    SELECT 1 FROM parked WHERE ${READY} AND (crashes > 0) = true AND next_attempt_at <= now() AND type = ANY($1)) AS due`;

/** A claim that has run out, and whose worker has not reported back. */
export interface SilentClaim {
  readonly rowId: string;
  readonly attempt: number;
  readonly claimedBy: string | null;
}

export const FIND_SILENT = `
  SELECT id AS "rowId", attempt, claimed_by AS "claimedBy" FROM parked
  WHERE running AND next_attempt_at <= now() ORDER BY next_attempt_at LIMIT 100`;

/** Ends a claim for its worker. $3: a crash is counted. Until the next claim its worker may still report back, and then it did not crash. */
export const RELEASE_SILENT = `
  UPDATE parked SET running = false, crashes = crashes + $3::boolean::int, next_attempt_at = now() WHERE id = $1 AND attempt = $2 AND running`;

/** Gives back what this worker has claimed and does not know of: the answer to the claim's commit was lost. */
export const RELEASE_LOST = `
  UPDATE parked SET running = false, next_attempt_at = now() WHERE running AND claimed_by = $1 AND NOT id = ANY($2::bigint[])`;

/** Locks a claimed row against other workers for the handler's transaction. A later event may still be parked behind it. */
export const HOLD_PARKED = `SELECT 1 FROM parked WHERE id = $1 AND attempt = $2 FOR NO KEY UPDATE`;

/**
 * Ends a claim with the message handled, at the end of the handler's transaction: who parks behind this row locks it, and must not
 * have to wait for the handler. No row: another worker has claimed it since, and this one is too late.
 */
export const FINISH_PARKED = `DELETE FROM parked WHERE id = $1 AND attempt = $2 RETURNING 1`;

/**
 * Ends a claim with a failure. $8: its handler has run, and what reports back from there is no killer; without, this build does not
 * know its type. Evidence stays small: the first and the last five errors.
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

/** A build that handles these types makes 500 of what waits for it due. Of a type that nobody knows nothing is read. */
export const RELEASE_KNOWN = `
  UPDATE parked SET unknown = false, next_attempt_at = now()
  WHERE id IN (SELECT id FROM parked WHERE unknown AND type = ANY($1) LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED)
  RETURNING 1`;

/**
 * Events of types that a build knows and has no handler for ($1) are skipped, as they would be at a first delivery: 500 of those
 * that no build has known so far. What a handler has failed at is left to the builds that have it.
 */
export const SKIP_KNOWN = `
  DELETE FROM parked
  WHERE id IN (SELECT id FROM parked WHERE unknown AND ordered AND type = ANY($1) LIMIT 500 FOR UPDATE SKIP LOCKED)
  RETURNING type`;

/**
 * Looks at the next 5,000 blocked rows after $1, and releases those that have nobody before them. None should be there: a row
 * that a build from before the mark has parked, or a migration has marked while its head went, would wait for ever.
 */
export const RELEASE_HEADLESS = `
  WITH walked AS (SELECT id, stream, key FROM parked WHERE blocked AND id > $1 ORDER BY id LIMIT 5000),
  released AS (
    UPDATE parked AS p SET blocked = false FROM walked
    WHERE p.id = walked.id
      AND NOT EXISTS (SELECT 1 FROM parked AS e WHERE e.stream = walked.stream AND e.key = walked.key AND e.id < walked.id)
    RETURNING 1)
  SELECT (SELECT max(id) FROM walked) AS last, (SELECT count(*)::int FROM released) AS released`;
