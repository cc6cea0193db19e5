import { describe, expect, it } from '@jest/globals';
import { auditWhenQuiet } from './audit-when-quiet.ts';
import type { Evidence } from './evidence.ts';

const QUIET: Evidence = {
  requests: [],
  orders: [],
  payments: [],
  mails: [],
  charges: [],
  deliveries: [],
  outbox: [],
  parked: [],
  scheduled: [],
};
const PLACED = {
  id: 'a',
  customerId: 'anna',
  email: 'anna@example.com',
  status: 'placed',
  reason: null,
  total: 1,
  currency: 'EUR',
  lines: [{ sku: 'mug', quantity: 1, unitPrice: 1 }],
  paymentMethod: 'pm_ok',
  history: ['placed'],
};
const waiting = (...keys: string[]): Evidence => ({
  ...QUIET,
  outbox: keys.map((key) => ({ service: 'order', type: 'order.placed.v1', key })),
});

const SOON = { graceMs: 60_000, lookEveryMs: 1 };
/** Longer than a busy machine takes for three looks. */
const FOR_A_MOMENT = { graceMs: 500, lookEveryMs: 1 };

/** Looks that find this, one after the other; the last one stays. */
const looks =
  (...found: Evidence[]) =>
  async () =>
    found.length > 1 ? found.shift()! : found[0]!;

describe('an audit of a system at work', () => {
  it('waits for what is under way', async () => {
    expect((await auditWhenQuiet(looks(waiting('a', 'b'), waiting('b'), QUIET), SOON)).violations).toEqual([]);
  });

  it('does not blame one order for another: some are always under way', async () => {
    let orders = 0;
    const always = async () => waiting(`order-${(orders += 1)}`);
    expect((await auditWhenQuiet(always, FOR_A_MOMENT)).violations).toEqual([]);
    expect(orders).toBeGreaterThan(2);
  });

  it('reports what stays', async () => {
    expect((await auditWhenQuiet(looks(waiting('a', 'b'), waiting('b')), FOR_A_MOMENT)).violations).toEqual([
      'Order b: the message order.placed.v1 is still in the outbox of order.',
    ]);
  });

  it('follows an order from one violation to the next', async () => {
    const cancelling = { ...QUIET, orders: [{ ...PLACED, status: 'cancelling', history: ['placed', 'cancelling'] }] };
    const looked = looks({ ...QUIET, orders: [PLACED] }, waiting('a'), cancelling);
    expect((await auditWhenQuiet(looked, FOR_A_MOMENT)).violations).toEqual(['Order a is not settled: it is still cancelling.']);
  });

  it('reports what goes wrong while it waits for something else', async () => {
    const looked = looks(waiting('a'), waiting('a'), waiting('b'));
    expect((await auditWhenQuiet(looked, FOR_A_MOMENT)).violations).toEqual([
      'Order b: the message order.placed.v1 is still in the outbox of order.',
    ]);
  });
});
