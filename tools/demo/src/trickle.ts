import { setTimeout as delay } from 'node:timers/promises';
import { appendRecord } from './client-ledger.ts';
import { orderRequest } from './order-request.ts';
import { placeOrder } from './place-order.ts';
import { readProducts } from './place-orders.ts';
import { ProgressLine } from './progress-line.ts';
import type { RunningStack } from './running-stack.ts';
import { countOrders } from './watch-orders.ts';

const ONE_EVERY_MS = 2_000;

/** Places an order every two seconds until the signal comes. It goes on while processes are killed. */
export async function trickle(stack: RunningStack, run: string, signal: AbortSignal): Promise<void> {
  const products = await readProducts(stack);
  const line = new ProgressLine();
  let accepted = 0;
  for (let n = 0; !signal.aborted; n += 1) {
    // Not awaited: an order that must be sent again does not hold up the next one.
    void placeOrder(stack, orderRequest(run, n, products), signal)
      .then((record) => {
        appendRecord(stack.clientLedger, record);
        accepted += 1;
      })
      .catch(() => undefined);
    const standing = await stack.database('order', (query) => countOrders(query, run)).catch(() => undefined);
    const settled = standing
      ? `${standing.confirmed} confirmed, ${standing.cancelled} cancelled`
      : 'the order database does not answer';
    line.show(
      `one order every ${ONE_EVERY_MS / 1000} s, Ctrl-C stops everything: ${n + 1} sent, ${accepted} accepted, ${settled}`,
    );
    await delay(ONE_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  line.end();
}
