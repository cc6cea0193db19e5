import { alert, lasting, pause } from './drill.ts';

/** Enough requests for a rate of them, and far too few to exhaust anything by themselves. */
const CUSTOMERS = 4;
const ASK_AGAIN_MS = 500;
const NO_ORDER = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';

/**
 * A superuser has begun a transaction in payment's database, taken a lock that every command needs, and gone home. (One of a
 * service's role would be ended after 8 s.) What payment has in hand waits for the lock on every connection of its pools,
 * requests and the next commands wait behind, and nothing can even be parked: the queue grows.
 */
export const lockedInbox = lasting(
  'a transaction that nobody ends locks the inbox of payment',
  [
    alert('PoolExhausted', { service: 'payment' }),
    alert('QueueGrowing', { queue: 'payment.work' }),
    alert('HttpSlow', { service: 'payment' }),
  ],
  ({ stack }, mend) =>
    stack.database('payment', async (query) => {
      await query('BEGIN');
      await query('LOCK TABLE inbox');
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
