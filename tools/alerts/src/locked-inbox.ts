import { alert, lasting, pause } from './drill.ts';

/** Twice as many as the connections that routes have in both replicas: half of them wait for the other half. */
const CUSTOMERS = 16;
const ASK_AGAIN_MS = 500;
const NO_ORDER = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';

/**
 * A superuser has begun a transaction in payment's database, taken the locks that every command and every request needs, and
 * gone home. (One of a service's role would be ended after 8 s.) What payment has in hand waits for its lock on every connection
 * of its pool, the next commands wait behind, and nothing can even be parked: the queue grows. Requests have a pool of their own,
 * and wait for a lock of their own.
 */
export const lockedInbox = lasting(
  'a transaction that nobody ends locks the inbox and the payments of payment',
  [
    alert('PoolExhausted', { service: 'payment' }),
    alert('QueueGrowing', { queue: 'payment.work' }),
    alert('HttpSlow', { service: 'payment' }),
  ],
  ({ stack }, mend) =>
    stack.database('payment', async (query) => {
      await query('BEGIN');
      await query('LOCK TABLE inbox, payments');
      await Promise.all(Array.from({ length: CUSTOMERS }, () => keepAsking(stack.edge, mend)));
    }),
);

async function keepAsking(edge: string, mend: AbortSignal): Promise<void> {
  while (!mend.aborted) {
    const answer = await fetch(`${edge}/api/payments?orderId=${NO_ORDER}`).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    await pause(ASK_AGAIN_MS, mend);
  }
}
