import { appendRecord } from './client-ledger.ts';
import { orderRequest, type Product } from './order-request.ts';
import { placeOrder } from './place-order.ts';
import type { RunningStack } from './running-stack.ts';

const IN_FLIGHT = 16;

/** Places `count` orders, 16 at a time, and writes each into the client's ledger once it is answered. */
export async function placeOrders(
  stack: RunningStack,
  { run, count, signal, placed }: { run: string; count: number; signal: AbortSignal; placed: () => void },
): Promise<void> {
  const products = await readProducts(stack);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      appendRecord(stack.clientLedger, await placeOrder(stack.edge, orderRequest(run, next++, products), signal));
      placed();
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, count) }, worker));
}

export async function readProducts({ edge }: RunningStack): Promise<Product[]> {
  const response = await fetch(`${edge}/api/products`);
  if (!response.ok) throw new Error(`GET ${edge}/api/products was answered with ${response.status}.`);
  return (await response.json()) as Product[];
}
