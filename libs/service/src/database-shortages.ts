import type { EventEmitter } from 'node:events';
import { Counter } from 'prom-client';

/** What PostgreSQL lacks when it refuses with these codes. `disk` is a disk that is full or does not answer. */
const LACKS: Readonly<Record<string, 'disk' | 'memory'>> = { 53100: 'disk', 58030: 'disk', 53200: 'memory' };

const shortages = new Counter({
  name: 'waybill_database_shortages_total',
  help: 'Refusals of PostgreSQL because its disk or its memory is full or fails',
  labelNames: ['resource'] as const,
});
// Each series exists before its first refusal: Prometheus sees no increase in a series that begins with 1.
for (const resource of Object.values(LACKS)) shortages.inc({ resource }, 0);

/**
 * Counts what PostgreSQL refuses on this connection for want of disk or memory. It listens to the connection, where each
 * refusal passes once. A route, the relay and a handler each treat a refusal in another way. A server that panics over its
 * disk says so on one connection, and then nothing on any.
 */
export function countShortages(connection: EventEmitter): void {
  connection.on('errorMessage', ({ code }: { readonly code?: string }) => {
    const resource = LACKS[code ?? ''];
    if (resource) shortages.inc({ resource });
  });
}
