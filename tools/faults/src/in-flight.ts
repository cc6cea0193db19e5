import { setTimeout as delay } from 'node:timers/promises';
import type { RunningStack } from '@waybill/demo';
import { status } from '@waybill/stack';

/** With calls that take a while, commands are in hand at every moment: a kill cannot fall between two of them. */
export const SLOW_OUTSIDE = { provider: { slowMs: 300 }, mail: { slowMs: 300 } };

const IN_FLIGHT = `SELECT count(*)::int AS n FROM orders WHERE status IN ('placed', 'cancelling')`;

/** How many orders are not settled. Not known, and so 0, while the order database is away. */
export async function ordersInFlight(stack: RunningStack): Promise<number> {
  try {
    return await stack.database('order', async (query) => (await query<{ n: number }>(IN_FLIGHT))[0]!.n);
  } catch {
    return 0;
  }
}

/** A cold start takes Kafka five seconds of a processor, which on a busy machine is most of this. */
const BACK_WITHIN_MS = 120_000;
const FOUND_WITHIN_MS = 30_000;

/** Resolves when a process that was killed is ready again. */
export async function back(name: string, instance: string): Promise<void> {
  const healthy = async () => (await status(instance)).services.find((service) => service.name === name)?.healthy || undefined;
  await soon(`${name} after its kill`, healthy, BACK_WITHIN_MS);
}

/** Asks until there is an answer; a fault that finds nothing to break in this time is no fault. */
export async function soon<T>(what: string, ask: () => Promise<T | undefined>, withinMs = FOUND_WITHIN_MS): Promise<T> {
  for (const until = Date.now() + withinMs; Date.now() < until; await delay(20)) {
    const found = await ask().catch(() => undefined);
    if (found !== undefined) return found;
  }
  throw new Error(`${what} did not come within ${withinMs / 1000} s.`);
}
