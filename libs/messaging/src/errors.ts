import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { isOutdatedPlan } from './prepared.js';

/** Thrown by a handler: the message can never be handled. It becomes a dead letter at once. */
export class Reject extends Error {
  override readonly name = 'Reject';
  constructor(reason: string) {
    super(reason);
  }
}

/** Thrown by a handler: what it needs is away or its outcome is unknown. Retried without limit, never a dead letter. */
export class Transient extends Error {
  override readonly name = 'Transient';
}

/** Thrown by a handler: somebody else is at it until `at`. Not counted as an attempt. */
export class ComeBack extends Error {
  override readonly name = 'ComeBack';
  constructor(
    readonly at: Date,
    reason: string,
  ) {
    super(reason);
  }
}

/** The server answered a COMMIT with another tag: an earlier error was swallowed and everything was rolled back. */
export class CommitRefused extends Error {
  override readonly name = 'CommitRefused';
  constructor(readonly tag: string) {
    super(
      `PostgreSQL answered COMMIT with ${tag}: a query of this transaction failed and its error was swallowed. Nothing was saved.`,
    );
  }
}

/** The connection broke while COMMIT was on its way: the transaction may have happened or not. Look before you repeat. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
  constructor(cause: unknown) {
    super('The connection broke during COMMIT: the transaction may be saved or not.', { cause });
  }
}

/** There is no database to park a message in: the transport pauses and delivers again when it is back. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}

/** A handler took longer than its deadline; its transaction was destroyed. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
  constructor(type: string, deadlineMs: number) {
    super(`The handler of ${type} did not finish within ${deadlineMs} ms.`);
  }
}

/** Another worker has taken over this retry: what this one did is rolled back. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

export type FailureClass = 'reject' | 'come-back' | 'transient' | 'failure';

// Deadlock, serialization, lock timeout, statement timeout, idle-in-transaction timeout, read-only server, too many connections.
const TRANSIENT_SQLSTATES = new Set(['40P01', '40001', '55P03', '57014', '25P03', '25006', '53300']);
const TRANSIENT_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

// pg tells of its own side of a connection without a code: it broke, it had broken before the query, the pool had none in time.
const CONNECTION_LOST = /Connection terminated|is not queryable|timeout exceeded when trying to connect/;

/** TypeORM gives a connection that broke between two statements of a transaction back at once. */
const isGivenBack = (error: unknown) =>
  error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError;

/** What a failure means for its message: only the last class counts towards the dead letter. */
export function classify(error: unknown): FailureClass {
  if (error instanceof Reject) return 'reject';
  if (error instanceof ComeBack) return 'come-back';
  if (error instanceof Transient || error instanceof CommitUnknown || error instanceof DatabaseAway) return 'transient';
  return isTransientDatabaseError(error) ? 'transient' : 'failure';
}

/** True for what PostgreSQL or the network to it may not repeat: deadlocks, timeouts, lost connections, outdated plans. */
export function isTransientDatabaseError(error: unknown): boolean {
  if (isOutdatedPlan(error) || isGivenBack(error)) return true;
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error && CONNECTION_LOST.test(error.message);
  // Class 08 is connection exception, class 57P the server going down or coming up.
  return TRANSIENT_SQLSTATES.has(code) || TRANSIENT_SYSTEM_CODES.has(code) || code.startsWith('08') || code.startsWith('57P');
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
