import type { EventEmitter } from 'node:events';
import { Counter } from 'prom-client';

const statements = new Counter({
  name: 'waybill_database_statements_total',
  help: 'Statements that PostgreSQL has completed, by its name for them: one COMMIT is one transaction',
  labelNames: ['command'] as const,
});

/**
 * Counts the statements that complete on this connection. Most of what an order costs is the number of its statements and
 * commits.
 */
export function countStatements(connection: EventEmitter): void {
  // The tag of a completed command: `INSERT 0 1`, `COMMIT`.
  connection.on('commandComplete', ({ text }: { readonly text: string }) => {
    const end = text.indexOf(' ');
    statements.inc({ command: end < 0 ? text : text.slice(0, end) });
  });
}
