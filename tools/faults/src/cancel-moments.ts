import { orderRequest, setFaults } from '@waybill/demo';
import type { FaultRun } from './types.ts';

const METHODS = ['pm_ok', 'pm_declined', 'pm_timeout_charged', 'pm_timeout_not_charged', 'pm_slow'];
const MOMENTS = 20;
/** From at once to well after a charge that takes 300 ms to reach the provider. */
const STEP_MS = 60;
const SEMANTICS = ['replay-successes', 'replay-everything', 'expire'] as const;

/**
 * Cancels at each of 20 moments around the charge, for each payment method, with each way in which providers treat
 * idempotency keys; the provider also fails one call in ten before the charge and one in ten after it.
 */
export const cancelMoments: readonly FaultRun[] = SEMANTICS.map((keys) => ({
  name: `cancel-${keys}`,
  what: `a cancel at 20 moments around the charge, for each payment method; the provider's keys: ${keys}`,
  repeats: 'any',
  noMoreOrders: true,
  mustSee: ['refunded', 'voided'],
  orders: {
    count: METHODS.length * MOMENTS,
    request: (run, n, products) => {
      const order = orderRequest(run, n, products);
      const paymentMethod = METHODS[n % METHODS.length]!;
      return {
        ...order,
        twice: 'no',
        cancel: { afterMs: Math.floor(n / METHODS.length) * STEP_MS },
        body: { ...order.body, paymentMethod },
      };
    },
  },
  break: async ({ untilAccepted, fault, stack }) => {
    await fault('the provider fails and delays', () =>
      setFaults(stack, {
        provider: {
          keys,
          ...(keys === 'expire' && { keysExpireMs: 500 }),
          delayMs: 300,
          failBefore: 0.1,
          failAfter: 0.1,
        },
      }),
    );
    await untilAccepted(1);
  },
}));
