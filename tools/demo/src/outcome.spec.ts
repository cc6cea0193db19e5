import { expect, it } from '@jest/globals';
import type { Evidence } from './evidence.ts';
import { outcomeOf } from './outcome.ts';

const AT = '2026-11-24T08:00:00.000Z';

/** Two orders of this run, one of them sent twice, and one of an earlier run. */
const order = (id: string, run: string, status: string) => ({
  id,
  customerId: `${run}-${id}`,
  email: 'ada@example.com',
  status,
  reason: null,
  total: 100,
  currency: 'EUR',
  lines: [{ sku: 'mug', quantity: 1, unitPrice: 100 }],
  paymentMethod: 'pm_ok',
  history: ['placed', status],
});
const request = (id: string, run: string, answers: string[]) => ({
  key: id,
  customerId: `${run}-${id}`,
  email: 'ada@example.com',
  paymentMethod: 'pm_ok',
  acceptedAt: AT,
  answers,
  cancelled: false,
  repeated: [],
});
const charge = { at: AT, kind: 'charge' as const, idempotencyKey: 'key', amount: 100, currency: 'EUR', answered: true };
const delivery = { at: AT, to: 'ada@example.com', effect: true };
const EVIDENCE: Evidence = {
  requests: [
    request('a', 'new', ['{}', '{}']),
    request('b', 'new', ['{}']),
    request('c', 'new', []),
    request('d', 'old', ['{}']),
  ],
  orders: [order('a', 'new', 'confirmed'), order('b', 'new', 'cancelled'), order('d', 'old', 'confirmed')],
  payments: [{ orderId: 'b', status: 'declined', amount: 100, currency: 'EUR' }],
  mails: [],
  charges: [
    { ...charge, seq: 1, reference: 'd', effect: true },
    { ...charge, seq: 2, reference: 'a', effect: true },
    { ...charge, seq: 3, reference: 'a', effect: false },
    { ...charge, seq: 4, reference: 'b', effect: false },
  ],
  deliveries: [
    { ...delivery, seq: 1, orderId: 'a', messageId: '<a.confirmed@waybill.example>' },
    { ...delivery, seq: 2, orderId: 'b', messageId: '<b.cancelled@waybill.example>' },
    { ...delivery, seq: 3, orderId: 'b', messageId: '<b.cancelled@waybill.example>', effect: false },
  ],
  outbox: [],
  parked: [],
  scheduled: [],
};

it('counts the orders of its own run, money that moved and mails that were delivered', () => {
  const elapsedMs = { install: 1, start: 2, firstConfirmed: 3, total: 4 };
  expect(outcomeOf(EVIDENCE, { run: 'new', requested: 3, violations: ['one'], elapsedMs })).toEqual({
    ok: false,
    orders: { requested: 3, accepted: 2, confirmed: 1, cancelled: 1, other: 0 },
    payments: { charged: 1, refunded: 0, voided: 0, declined: 1 },
    mails: { sent: 2, distinct: 2 },
    deadLetters: 0,
    elapsedMs,
    violations: ['one'],
  });
});
