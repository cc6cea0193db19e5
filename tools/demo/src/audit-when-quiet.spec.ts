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
};
const waiting = (...keys: string[]): Evidence => ({
  ...QUIET,
  outbox: keys.map((key) => ({ service: 'order', type: 'order.placed.v1', key })),
});

const SOON = { graceMs: 60_000, lookEveryMs: 1 };

/** Looks that find this, one after the other; the last one stays. */
const looks =
  (...found: Evidence[]) =>
  async () =>
    found.length > 1 ? found.shift()! : found[0]!;

describe('an audit of a system at work', () => {
  it('waits for what is under way', async () => {
    expect((await auditWhenQuiet(looks(waiting('a', 'b'), waiting('b'), QUIET), SOON)).violations).toEqual([]);
  });

  it('does not blame one order for another: nothing stands that was not there at every look', async () => {
    expect((await auditWhenQuiet(looks(waiting('a'), waiting('b')), SOON)).violations).toEqual([]);
  });

  it('reports what stays', async () => {
    expect((await auditWhenQuiet(looks(waiting('a', 'b'), waiting('b')), { graceMs: 20, lookEveryMs: 1 })).violations).toEqual([
      'Order b: the message order.placed.v1 is still in the outbox of order.',
    ]);
  });
});
