import { randomBytes } from 'node:crypto';
import { placeOrders, type RunningStack } from '@waybill/demo';

const PER_SECOND = 6;
/** Nobody waits: an order that is stuck is part of the drill. */
const IN_FLIGHT = 64;

/** Orders of the demo's mix, until the signal comes. */
export async function sendOrders(stack: RunningStack, signal: AbortSignal): Promise<void> {
  await placeOrders(stack, {
    run: `drill-${randomBytes(3).toString('hex')}`,
    count: IN_FLIGHT,
    goOn: () => !signal.aborted,
    inFlight: IN_FLIGHT,
    perSecond: PER_SECOND,
    signal,
  }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
