import { constants } from 'node:os';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { ComeBack, CommitUnknown, DatabaseAway, Reject, Transient } from '../errors.js';
import { isOutdatedPlan } from '../prepared.js';

export type FailureClass = 'reject' | 'come-back' | 'transient' | 'failure';

/**
 * Says what a failure means for its message. Only the last class counts towards the dead letter. docs/failure-classes.md has
 * the table.
 */
export function classify(error: unknown): FailureClass {
  if (error instanceof Reject) return 'reject';
  if (error instanceof ComeBack) return 'come-back';
  if (error instanceof Transient || error instanceof CommitUnknown || error instanceof DatabaseAway) return 'transient';
  return isOfTheMoment(error) ? 'transient' : 'failure';
}

/**
 * True for an answer that the database, the machine or the network may not repeat. Patience is the default: an answer counts
 * against the message only when it is known to be about what the message or its handler asked for. Otherwise a disk that is
 * full for an hour would cost every message that met it.
 * An error that carries none of their codes was thrown by the code that ran, and is a bug of that code.
 */
export function isOfTheMoment(error: unknown): boolean {
  for (let cause = error, depth = 0; cause !== undefined && depth < MOST_CAUSES; cause = causeOf(cause), depth++) {
    const said = saidBy(cause);
    if (said !== undefined) return said;
  }
  return false;
}

/** Deeper causes are not looked at: a chain may bite its tail. */
const MOST_CAUSES = 8;

/** Whether one error of a chain is of the moment; undefined when it does not tell. */
function saidBy(error: unknown): boolean | undefined {
  if (isOutdatedPlan(error) || isGivenBack(error) || isLateForItsPartition(error)) return true;
  const { code, name, message } = (error ?? {}) as { code?: unknown; name?: unknown; message?: unknown };
  if (typeof code === 'string') {
    if (code in constants.errno || NETWORK_CODE.test(code)) return true;
    if (SQLSTATE.test(code)) return !ABOUT_WHAT_WAS_ASKED.test(code) || IN_SPITE_OF_THEIR_CLASS.has(code);
  }
  if (name === 'TimeoutError') return true;
  return typeof message === 'string' && CONNECTION_LOST.test(message) ? true : undefined;
}

// An SQLSTATE has five letters and digits. No code from elsewhere that has a digit is as short.
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/**
 * The classes of errors that are about the statement and its values, the same at every try: not supported (0A), no such case
 * (20), cardinality (21), data (22), integrity (23), cursor and transaction state (24, 25), savepoint (3B), a constraint at
 * the rollback (40002), syntax and names (42), WITH CHECK OPTION (44), the limits of a program (54), RAISE (P0).
 */
const ABOUT_WHAT_WAS_ASKED = /^(0A|2[0-5]|3B|40002|42|44|54|P0)/;

// These are of the moment all the same: a server that is read-only, the two ends of an idle transaction, and a right that a
// deploy step has yet to grant.
const IN_SPITE_OF_THEIR_CLASS = new Set(['25006', '25P03', '25P04', '42501']);

// Codes of the resolver, of Node's sockets and streams, and of its fetch, beside the errno of the system. Node's other codes
// (ERR_INVALID_ARG_TYPE) are bugs of the caller.
const NETWORK_CODE =
  /^(ENOTFOUND|EAI_\w+|ERR_(SOCKET_CLOSED|SOCKET_CONNECTION_TIMEOUT|STREAM_DESTROYED|STREAM_PREMATURE_CLOSE|TLS_\w+|SSL_\w+)|UND_ERR_(CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|SOCKET|CLOSED|DESTROYED))$/;

// pg reports its side of a connection without a code: it broke, the server refused it before TLS began, it had broken before the
// query, the server said nothing in time, or the pool had no connection in time.
const CONNECTION_LOST =
  /Connection terminated|error establishing an SSL connection|is not queryable|Query read timeout|timeout expired|timeout exceeded when trying to connect/;

/** When a connection breaks between two statements of a transaction, TypeORM gives it back at once. */
const isGivenBack = (error: unknown) =>
  error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError;

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined);

/**
 * A row was on its way into the default partition when a partition for its day was attached. The next try finds that
 * partition.
 */
const isLateForItsPartition = (error: unknown) =>
  (error as { code?: unknown } | undefined)?.code === '23514' && /violates partition constraint/.test((error as Error).message);
