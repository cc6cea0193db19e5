import type { RunningStack, Service } from '@waybill/demo';

/** What a process is in the middle of. */
export type Holding = 'relaying' | 'consuming' | 'calling';

// Each replica names itself to PostgreSQL. The relay's claim is an advisory lock of its open transaction; a delivery is an
// open transaction without one.
const RELAYING = `
  SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' AND granted AND datname = current_database() AND application_name LIKE current_database() || '-%' LIMIT 1`;
const CONSUMING = `
  SELECT application_name AS name FROM pg_stat_activity AS activity
  WHERE datname = current_database() AND application_name LIKE current_database() || '-%' AND xact_start IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM pg_locks WHERE pg_locks.pid = activity.pid AND locktype = 'advisory') LIMIT 1`;
// A lease that lives is a call under way, at one of the replicas: the busier one has the most, so either will do.
const CALLING = `SELECT 'payment-1' AS name FROM payments WHERE status IN ('charging', 'reversing') AND lease_expires_at > clock_timestamp() LIMIT 1`;

const QUESTIONS: Readonly<Record<Holding, string>> = { relaying: RELAYING, consuming: CONSUMING, calling: CALLING };

/** The replica of a service that is in the middle of it right now, if one is. */
export const holderOf = (stack: RunningStack, service: Service, holding: Holding): Promise<string | undefined> =>
  stack.database(service, async (query) => (await query<{ name: string }>(QUESTIONS[holding]))[0]?.name);
