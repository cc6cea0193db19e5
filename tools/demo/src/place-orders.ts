import { setTimeout as delay } from 'node:timers/promises';
import { appendRecord } from './client-ledger.ts';
import { orderRequest, type OrderRequest, type Product } from './order-request.ts';
import { placeOrder } from './place-order.ts';
import type { RunningStack } from './running-stack.ts';

export interface Load {
  readonly run: string;
  readonly count: number;
  /** More orders than `count` while this says so. */
  readonly goOn?: () => boolean;
  /** Requests that wait for their 202 at the same time. */
  readonly inFlight?: number;
  /** At most so many begin in a second. Left out: as fast as they are answered. */
  readonly perSecond?: number;
  readonly request?: (run: string, n: number, products: readonly Product[]) => OrderRequest;
  /** A customer gives up an order whose answer has not come for so long; left out: 5 minutes. */
  readonly patienceMs?: number;
  readonly signal: AbortSignal;
  /** Called when an order has its 202. */
  readonly accepted?: () => void;
  /** Called when its customer wants nothing more of it. */
  readonly done?: () => void;
}

/** Places `count` orders and writes each into the client's ledger once its customer is done with it. */
export async function placeOrders(stack: RunningStack, load: Load): Promise<void> {
  const { run, count, goOn = () => false, inFlight = 16, perSecond = Infinity, request = orderRequest, signal } = load;
  const products = await readProducts(stack);
  const startedAt = Date.now();
  const customers: Promise<void>[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count || goOn()) {
      const n = next++;
      await delay(Math.max(0, startedAt + (n * 1_000) / perSecond - Date.now()), undefined, { signal });
      // A customer who waits for the order to be confirmed, to cancel it then, does not hold up the next one.
      const answered = Promise.withResolvers<void>();
      const customer = placeOrder(stack, request(run, n, products), signal, {
        patienceMs: load.patienceMs,
        accepted: () => {
          load.accepted?.();
          answered.resolve();
        },
      }).then((record) => {
        appendRecord(stack.clientLedger, record);
        answered.resolve();
        load.done?.();
      });
      // When the first of them is broken off nobody waits for the others any more. One that is broken off has no answer to wait for.
      customer.catch((error: Error) => answered.reject(error));
      customers.push(customer);
      await answered.promise;
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, worker));
  await Promise.all(customers);
}

export async function readProducts({ edge }: RunningStack): Promise<Product[]> {
  const response = await fetch(`${edge}/api/products`);
  if (!response.ok) throw new Error(`GET ${edge}/api/products was answered with ${response.status}.`);
  return (await response.json()) as Product[];
}
