import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { forgetExpired } from './protocol-state.js';
import { forgetAttempts } from './sign-in-limit.js';

const EVERY_MS = 60_000;

/** Deletes what has expired. */
export const clean = (database: Pool) => Promise.all([forgetExpired(database), forgetAttempts(database)]);

/** Does so each minute. Nothing waits for it: what has expired is not found either way. */
export const keepClean = (database: Pool, log: Logger): NodeJS.Timeout =>
  setInterval(() => {
    clean(database).catch((error: unknown) =>
      log.warn({ err: error }, 'What has expired could not be deleted; the next minute tries again.'),
    );
  }, EVERY_MS);
