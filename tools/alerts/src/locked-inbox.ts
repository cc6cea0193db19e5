import { askPort, type CallerTls, readConnections, status } from '@waybill/stack';
import { alert, lasting, pause } from './drill.ts';

/**
 * Of each replica, which has four connections for requests. More than eight of its customers wait for one at each look,
 * although some pause between two requests.
 */
const CUSTOMERS = 24;
const ASK_AGAIN_MS = 500;
const NO_ORDER = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';

/**
 * A superuser has begun a transaction in payment's database, taken the locks that every command and every request needs, and
 * gone home. (PostgreSQL would end one of a service's role after 8 s.) The commands that payment has in hand share a
 * transaction, and it waits for the lock. The next commands wait behind it, and nothing can even be parked: the queue grows.
 * Requests share none: each waits for the lock with a connection of its pool, and the others wait for a connection. The
 * customers ask the replicas themselves, because nginx would leave out a replica that does not answer.
 */
export const lockedInbox = lasting(
  'a transaction that nobody ends locks the inbox and the payments of payment',
  [
    alert('PoolExhausted', { service: 'payment' }),
    alert('QueueGrowing', { queue: 'payment.work' }),
    alert('HttpSlow', { service: 'payment' }),
  ],
  ({ instance, stack }, mend) =>
    stack.database('payment', async (query) => {
      await query('BEGIN');
      await query('LOCK TABLE inbox, payments');
      const { services } = await status(instance);
      const { tls } = readConnections(instance);
      const replicas = services.filter(({ name }) => name.startsWith('payment-'));
      await Promise.all(
        replicas.flatMap(({ ports }) =>
          Array.from({ length: CUSTOMERS }, () => keepAsking({ tls, port: ports['http']! }, stack.token, mend)),
        ),
      );
    }),
);

interface At {
  readonly tls: CallerTls;
  readonly port: number;
}

async function keepAsking({ tls, port }: At, token: () => Promise<string>, mend: AbortSignal): Promise<void> {
  while (!mend.aborted) {
    const headers = { authorization: `Bearer ${await token()}` };
    const answer = await askPort(tls, port, `/api/payments?orderId=${NO_ORDER}`, { headers }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    await pause(ASK_AGAIN_MS, mend);
  }
}
