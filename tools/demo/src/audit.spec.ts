import { describe, expect, it } from '@jest/globals';
import { audit, damageOf, rowsOf } from './audit.ts';
import type { Evidence } from './evidence.ts';
import { disclosed, unanswered } from './finding.ts';

const PAID = '0199c1de-0000-7000-8000-000000000001';
const DECLINED = '0199c1de-0000-7000-8000-000000000002';

type Change = (evidence: { -readonly [Name in keyof Evidence]: Evidence[Name][number][] }) => void;

const given = (change?: Change) => audit(evidenceWith(change));

/** Two orders that went well: one paid and confirmed, one declined and cancelled. */
function evidenceWith(change: Change = () => {}): Evidence {
  const at = '2026-11-24T08:00:00.000Z';
  const order = (id: string, customer: string, status: string, total: number, paymentMethod: string) => ({
    id,
    customerId: customer,
    email: `${customer}@example.com`,
    status,
    reason: status === 'cancelled' ? 'payment declined: insufficient funds' : null,
    total,
    currency: 'EUR',
    lines: [{ sku: 'mug', quantity: 2, unitPrice: total / 2 }],
    paymentMethod,
    history: ['placed', status],
  });
  const request = (id: string, customer: string, total: number, paymentMethod: string) => ({
    key: `key-${customer}`,
    customerId: customer,
    email: `${customer}@example.com`,
    lines: [{ sku: 'mug', quantity: 2 }],
    paymentMethod,
    acceptedAt: at,
    answers: [JSON.stringify({ id, total, currency: 'EUR' })],
    cancelled: false,
    repeated: [],
  });
  const charge = { at, kind: 'charge' as const, currency: 'EUR', answered: true };
  const mail = (id: string, outcome: string) => ({
    orderId: id,
    outcome,
    status: 'sent',
    messageId: `<${id}.${outcome}@waybill.example>`,
  });
  const delivery = (id: string, customer: string, outcome: string) => ({
    at,
    to: `${customer}@example.com`,
    orderId: id,
    messageId: `<${id}.${outcome}@waybill.example>`,
    effect: true,
  });
  const evidence = {
    requests: [request(PAID, 'ada', 2598, 'pm_ok'), request(DECLINED, 'bob', 900, 'pm_declined')],
    orders: [order(PAID, 'ada', 'confirmed', 2598, 'pm_ok'), order(DECLINED, 'bob', 'cancelled', 900, 'pm_declined')],
    payments: [
      { orderId: PAID, status: 'charged', amount: 2598, currency: 'EUR' },
      { orderId: DECLINED, status: 'declined', amount: 900, currency: 'EUR' },
    ],
    mails: [mail(PAID, 'confirmed'), mail(DECLINED, 'cancelled')],
    charges: [
      { ...charge, seq: 1, reference: PAID, idempotencyKey: 'key-1', amount: 2598, effect: true },
      { ...charge, seq: 2, reference: DECLINED, idempotencyKey: 'key-2', amount: 900, effect: false },
    ],
    deliveries: [
      { seq: 1, ...delivery(PAID, 'ada', 'confirmed') },
      { seq: 2, ...delivery(DECLINED, 'bob', 'cancelled') },
    ],
    outbox: [],
    parked: [],
    scheduled: [],
  };
  change(evidence as never);
  return evidence;
}

/** The change is noticed, and something that is said about it names the order and the reason. */
function expectViolation(violations: readonly string[], order: string, reason: RegExp) {
  expect(violations).toContainEqual(expect.stringMatching(new RegExp(`${order}.*${reason.source}`)));
}

describe('the audit', () => {
  it('finds nothing where every order is accounted for', () => expect(given()).toEqual([]));

  it('accepts repeated calls that moved nothing, and look-ups', () => {
    expect(
      given(({ charges, deliveries }) => {
        charges.push({ ...charges[0]!, seq: 3, effect: false }, { ...charges[0]!, seq: 4, kind: 'lookup', effect: false });
        deliveries.push({ ...deliveries[0]!, seq: 3, effect: false });
      }),
    ).toEqual([]);
  });

  it('accepts a domain in capitals, which the mailer writes small', () => {
    const inCapitals: Change = ({ requests, orders }) => {
      for (const each of [requests[0]!, orders[0]!]) Object.assign(each, { email: 'ada@Example.COM' });
    };
    expect(given(inCapitals)).toEqual([]);
  });

  it('accepts an order that was confirmed, then cancelled and refunded, with a mail for each', () => {
    expect(
      given((evidence) => {
        evidence.orders[0] = {
          ...evidence.orders[0]!,
          status: 'cancelled',
          reason: 'cancelled by the customer',
          history: ['placed', 'confirmed', 'cancelling', 'cancelled'],
        };
        evidence.payments[0] = { ...evidence.payments[0]!, status: 'refunded' };
        evidence.charges.push({ ...evidence.charges[0]!, seq: 3, kind: 'refund' });
        const messageId = `<${PAID}.cancelled@waybill.example>`;
        evidence.mails.push({ ...evidence.mails[0]!, outcome: 'cancelled', messageId });
        evidence.deliveries.push({ ...evidence.deliveries[0]!, seq: 3, messageId });
      }),
    ).toEqual([]);
  });
});

describe('the audit names the order', () => {
  it('whose charge is missing in the ledger', () => {
    const violations = given(({ charges }) => void charges.shift());
    expectViolation(violations, PAID, /was never charged/);
    expectViolation(violations, '', /line 2 .* where line 1 should be/);
  });

  it('whose declined charge is missing in the ledger', () =>
    expectViolation(
      given(({ charges }) => void charges.pop()),
      DECLINED,
      /provider was never asked/,
    ));

  it('whose charged amount is not its total', () =>
    expectViolation(
      given(({ charges }) => (charges[0] = { ...charges[0]!, amount: 2599 })),
      PAID,
      /costs 2598 EUR, .* 2599 EUR/,
    ));

  it('whose charge is in another currency', () =>
    expectViolation(
      given(({ charges }) => (charges[0] = { ...charges[0]!, currency: 'USD' })),
      PAID,
      /2598 USD/,
    ));

  it('that was charged twice', () =>
    expectViolation(
      given(({ charges }) => void charges.push({ ...charges[0]!, seq: 3 })),
      PAID,
      /charged 2 times/,
    ));

  it('that was charged although it is cancelled', () =>
    expectViolation(
      given(({ charges }) => (charges[1] = { ...charges[1]!, effect: true })),
      DECLINED,
      /charge was not given back/,
    ));

  it('that was refunded although it is confirmed', () =>
    expectViolation(
      given(({ charges }) => void charges.push({ ...charges[0]!, seq: 3, kind: 'refund' })),
      PAID,
      /but was refunded/,
    ));

  it('that its customer cancelled, and is confirmed all the same', () =>
    expectViolation(
      given(({ requests }) => (requests[0] = { ...requests[0]!, cancelled: true })),
      PAID,
      /cancelled by its customer, and is confirmed/,
    ));

  it('whose payment says refunded, when nothing was given back', () =>
    expectViolation(
      given(({ payments }) => (payments[1] = { ...payments[1]!, status: 'refunded' })),
      DECLINED,
      /gave nothing back/,
    ));

  it('that the provider charged and nobody placed', () =>
    expectViolation(
      given(({ charges }) => void charges.push({ ...charges[0]!, seq: 3, reference: 'nobody' })),
      'nobody',
      /not in the database/,
    ));

  it('whose payment says something else', () =>
    expectViolation(
      given(({ payments }) => (payments[0] = { ...payments[0]!, status: 'charging' })),
      PAID,
      /its payment is charging/,
    ));

  it('about which no mail went out', () =>
    expectViolation(
      given(({ deliveries }) => void deliveries.shift()),
      PAID,
      /got no mail/,
    ));

  it('about which two mails went out', () =>
    expectViolation(
      given(({ deliveries }) => void deliveries.push({ ...deliveries[0]!, seq: 3 })),
      PAID,
      /got 2 mails/,
    ));

  it('about which a mail says what never happened', () =>
    expectViolation(
      given(
        ({ deliveries }) => void deliveries.push({ ...deliveries[0]!, seq: 3, messageId: `<${PAID}.cancelled@waybill.example>` }),
      ),
      PAID,
      /never what a mail says/,
    ));

  it('about which somebody else got a mail', () =>
    expectViolation(
      given(({ deliveries }) => (deliveries[0] = { ...deliveries[0]!, to: 'eve@example.com' })),
      PAID,
      /eve@example.com got a mail/,
    ));

  it('that is not settled', () =>
    expectViolation(
      given(({ orders }) => (orders[0] = { ...orders[0]!, status: 'placed' })),
      PAID,
      /not settled/,
    ));

  it('that was accepted and is gone', () =>
    expectViolation(
      given(({ orders }) => void orders.shift()),
      PAID,
      /accepted but is not in the database/,
    ));

  it('whose total is not what was accepted', () =>
    expectViolation(
      given(({ orders }) => (orders[0] = { ...orders[0]!, total: 1 })),
      PAID,
      /accepted for 2598 EUR/,
    ));

  it('that exists twice for one request', () =>
    expectViolation(
      given(({ orders }) => void orders.push({ ...orders[0]!, id: 'copy' })),
      'copy',
      /second order/,
    ));

  it('that got two answers for one key', () =>
    expectViolation(
      given(({ requests }) => (requests[0] = { ...requests[0]!, answers: [...requests[0]!.answers, '{"id":"other"}'] })),
      PAID,
      /answered differently/,
    ));

  it('that was cancelled although it could be paid and nobody wanted it', () =>
    expectViolation(
      given(({ orders }) => (orders[0] = { ...orders[0]!, status: 'cancelled', reason: 'no payment outcome in time' })),
      PAID,
      /should have been confirmed, and is cancelled: no payment outcome in time/,
    ));

  it.each([
    { history: ['placed', 'cancelling', 'cancelled', 'confirmed'] },
    { history: ['placed', 'cancelled'] },
    { history: ['confirmed'] },
    { history: ['placed', 'confirmed', 'confirmed'] },
  ])('that came to its state by a way that there is not: $history', (change) =>
    expectViolation(
      given(({ orders }) => (orders[0] = { ...orders[0]!, ...change })),
      PAID,
      /is confirmed, and came there by/,
    ),
  );

  it('whose lines are not those that were ordered', () =>
    expectViolation(
      given(({ requests }) => (requests[0] = { ...requests[0]!, lines: [{ sku: 'mug', quantity: 3 }] })),
      PAID,
      /is for 3 mug, but the database says 2 mug/,
    ));

  it('whose lines do not come to its total', () =>
    expectViolation(
      given(({ orders }) => (orders[0] = { ...orders[0]!, lines: [{ sku: 'mug', quantity: 2, unitPrice: 1 }] })),
      PAID,
      /costs 2598, but its lines come to 2/,
    ));

  it('that is paid by another method than was said', () =>
    expectViolation(
      given(({ orders }) => (orders[0] = { ...orders[0]!, paymentMethod: 'pm_slow' })),
      PAID,
      /paid by pm_ok, but the database says pm_slow/,
    ));

  it('for which the provider was asked under two keys', () =>
    expectViolation(
      given(({ charges }) => void charges.push({ ...charges[0]!, seq: 3, effect: false, idempotencyKey: 'key-3' })),
      PAID,
      /under 2 keys/,
    ));

  it('for which a timer is still set', () =>
    expectViolation(
      given(({ scheduled }) => void scheduled.push({ service: 'order', type: 'order.expire.v1', key: PAID })),
      PAID,
      /timer order.expire.v1 is still set in order/,
    ));

  it('whose message is still in an outbox', () =>
    expectViolation(
      given(({ outbox }) => void outbox.push({ service: 'order', type: 'order.placed.v1', key: PAID })),
      PAID,
      /still in the outbox of order/,
    ));

  it.each([
    ['waiting', /is parked in payment/],
    ['dead', /is a dead letter in payment/],
  ] as const)('whose message is %s', (state, reason) =>
    expectViolation(
      given(
        ({ parked }) => void parked.push({ service: 'payment', type: 'payment.charge.v1', key: PAID, state, lastError: null }),
      ),
      PAID,
      reason,
    ),
  );

  it('or the key of a request that was never accepted', () =>
    expectViolation(
      given(({ requests }) => (requests[0] = { ...requests[0]!, answers: [], failure: 'no answer within 60 s' })),
      'key-ada',
      /no answer within 60 s/,
    ));
});

describe('the rows of the audit', () => {
  it('tell each check, how much it looked at, and what stays wrong', () => {
    const broken = evidenceWith(({ outbox, charges }) => {
      outbox.push({ service: 'order', type: 'order.placed.v1', key: PAID });
      charges.pop();
      charges.push({ ...charges[0]!, seq: 3, reference: DECLINED });
    });
    const [first] = audit(broken).filter((violation) => violation.includes('outbox'));
    expect(rowsOf(broken, [first!])).toEqual([
      { check: 'requests and orders', looked: 4, violations: [] },
      { check: 'money', looked: 4, violations: [] },
      { check: 'mails', looked: 4, violations: [] },
      { check: 'ledgers', looked: 4, violations: [] },
      { check: 'leftovers', looked: 1, violations: [first] },
    ]);
    // Nothing is told twice, and nothing is left out.
    expect(rowsOf(broken, audit(broken)).flatMap(({ violations }) => violations)).toEqual(audit(broken));
  });
});

describe('the damage', () => {
  it('counts orders, each once for each kind that it has met', () => {
    const evidence = evidenceWith(({ orders, charges, outbox }) => {
      charges.push({ ...charges[0]!, seq: 3 }, { ...charges[0]!, seq: 4, idempotencyKey: 'another' });
      Object.assign(orders[1]!, { status: 'placed', history: ['placed'] });
      outbox.push({ service: 'order', type: 'order.placed.v1', key: DECLINED });
    });
    expect(damageOf(evidence, audit(evidence))).toMatchObject({ doubled: 1, stuck: 1, lost: 0, 'out of order': 0 });
    expect(damageOf(evidence, [])).toMatchObject({ doubled: 0, stuck: 0 });
    const seen = [
      unanswered(`Order ${PAID} was not answered.`),
      disclosed(`Order ${PAID} was read.`),
      disclosed(`Order ${PAID} again.`),
    ];
    expect(damageOf(evidence, audit(evidence), seen)).toMatchObject({ doubled: 1, unanswered: 1, disclosed: 1 });
  });
});

describe('an order whose customer was erased', () => {
  const erased: Change = ({ orders, mails }) => {
    Object.assign(orders[1]!, { customerId: 'erased-1', email: null, paymentMethod: null, reason: null });
    mails.pop();
  };
  it('is accounted for by its sums and its outcome', () => {
    expect(given(erased)).toEqual([]);
  });

  it('is still missed when it is gone, and when it costs something else', () => {
    expect(
      given((evidence) => {
        erased(evidence);
        Object.assign(evidence.orders[1]!, { total: 1 });
      }).join(),
    ).toMatch(/the database says 1 EUR/);
  });
});
