import type { QueryConfig } from 'pg';

const names = new Map<string, string>();
/** More texts than the services have. Code has made up any further text as it ran, and each would stay with every connection. */
const MOST = 300;

/**
 * Names a statement, so that PostgreSQL parses and plans it once per connection. At each execution, that was a third of its
 * work. The plan stays until the next ANALYZE of a table. So a statement that must find its way through a table that grows
 * from nothing to thousands of rows in a minute (`READ_OUTBOX`) is not prepared.
 */
export function prepared(text: string, values: readonly unknown[] = []): QueryConfig {
  const name = names.get(text) ?? (names.size < MOST ? `waybill_${names.size}` : undefined);
  if (name) names.set(text, name);
  return { ...(name && { name }), text, values: values as unknown[] };
}

/** A migration has changed the columns that the statement answers. The connection that prepared it would fail at it for ever. */
export const isOutdatedPlan = (error: unknown): boolean =>
  error instanceof Error && /cached plan must not change result type/.test(error.message);
