import { setTimeout as delay } from 'node:timers/promises';
import { ProgressLine } from './progress-line.ts';
import type { Query, RunningStack } from './running-stack.ts';

const LOOK_EVERY_MS = 200;
/** Longer than any service needs to come back after a kill, and than any back-off of a retry. */
const STUCK_AFTER_MS = 45_000;

const COUNTS = `SELECT status, count(*)::int AS count FROM orders WHERE customer_id LIKE $1 GROUP BY status`;

export interface Counts {
  readonly placed: number;
  readonly confirmed: number;
  readonly cancelled: number;
  readonly total: number;
}

/** How the orders of a run stand in the order database. */
export async function countOrders(query: Query, run: string): Promise<Counts> {
  const rows = await query<{ status: string; count: number }>(COUNTS, [`${run}-%`]);
  const of = (status: string) => rows.find((row) => row.status === status)?.count ?? 0;
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  return { placed: of('placed'), confirmed: of('confirmed'), cancelled: of('cancelled'), total };
}

/** Shows the orders of a run until all are sent and settled, or nothing has changed for a long time. */
export function watchOrders(
  stack: RunningStack,
  { run, count, sent, signal }: { run: string; count: number; sent: () => number; signal: AbortSignal },
): Promise<Counts> {
  return stack.database('order', async (query) => {
    const line = new ProgressLine();
    let seen = '';
    for (let changedAt = Date.now(); ; await delay(LOOK_EVERY_MS, undefined, { signal })) {
      const counts = await countOrders(query, run);
      const text = `${sent()} of ${count} orders accepted, ${counts.confirmed} confirmed, ${counts.cancelled} cancelled`;
      line.show(text);
      if (text !== seen) [seen, changedAt] = [text, Date.now()];
      const settled = sent() === count && counts.confirmed + counts.cancelled === counts.total;
      if (settled || Date.now() - changedAt > STUCK_AFTER_MS) {
        line.end();
        return counts;
      }
    }
  });
}
