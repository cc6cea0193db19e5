import { CommitUnknown, isOfTheMoment, Transient } from '@waybill/messaging';
import { Problem } from './problem.js';

// Deadlock, serialization failure, lock timeout: another transaction was at the same row.
const CONTENDED = new Set(['40P01', '40001', '55P03']);

/**
 * The answer when the database or this replica is the reason, not the request: the same request may succeed later. Nothing was
 * saved, unless the connection broke during the commit. Then nobody knows, and the route must know the repetition again.
 */
export function databaseProblem(error: unknown): Problem | undefined {
  if (CONTENDED.has((error as { code?: string } | undefined)?.code ?? '')) {
    return new Problem(409, 'Another request works on the same thing. Send this one again.', {
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  if (error instanceof CommitUnknown) {
    return new Problem(503, 'The database broke off before it said whether this was saved. Send the same request again.', {
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  if (error instanceof Transient) {
    return new Problem(503, 'This replica cannot take it at the moment. Send the request again.', {
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  if (isOfTheMoment(error)) {
    return new Problem(503, 'The database cannot take this at the moment. Send the request again.', {
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  return undefined;
}
