import { describe, expect, test } from '@jest/globals';
import {
  outgoing,
  paymentCancel,
  paymentCharge,
  paymentCharged,
  paymentDeclined,
  paymentRefunded,
  paymentVoided,
  reason,
} from '@waybill/contracts';
import { given, misfits, valuesOf } from '@waybill/testing';
import fc from 'fast-check';
import {
  cancelAsked,
  chargeEnded,
  reversalEnded,
  type Decision,
  type PaymentState,
  type PaymentStatus,
} from './payment-decisions.js';

const orderId = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';
const now = new Date('2026-11-24T08:00:00.000Z');
const at = now.toISOString();
const facts = { orderId, amount: 2500, currency: 'EUR' };

const states: { [Status in PaymentStatus]: PaymentState & { status: Status } } = {
  charging: { status: 'charging', ...facts, version: 0 },
  charged: { status: 'charged', ...facts, version: 1 },
  declined: { status: 'declined', ...facts, version: 1, reason: 'insufficient funds' },
  reversing: { status: 'reversing', ...facts, version: 1 },
  refunded: { status: 'refunded', ...facts, version: 2 },
  voided: { status: 'voided', ...facts, version: 1 },
};

/** What the provider says in its own words, and when. */
const usual = { reason: 'card expired', at: now };

const happenings = {
  'the charge is done': (payment: PaymentState, { at } = usual) => chargeEnded(payment, { outcome: 'charged' }, at),
  'the charge is declined': (payment: PaymentState, { reason, at } = usual) =>
    chargeEnded(payment, { outcome: 'declined', reason }, at),
  'a cancel comes': (payment: PaymentState, { at } = usual) => cancelAsked(payment, payment, at),
  'the money was given back': (payment: PaymentState, { at } = usual) => reversalEnded(payment, 'refunded', at),
  'the reference was closed': (payment: PaymentState, { at } = usual) => reversalEnded(payment, 'closed', at),
} satisfies Record<string, (payment: PaymentState, words?: typeof usual) => Decision>;
type Happening = keyof typeof happenings;

// Every pair of a state and what may happen in it. A missing pair does not compile.
const table: Record<PaymentStatus, Record<Happening, PaymentStatus | 'nothing'>> = {
  charging: {
    'the charge is done': 'charged',
    'the charge is declined': 'declined',
    'a cancel comes': 'reversing',
    'the money was given back': 'nothing',
    'the reference was closed': 'nothing',
  },
  charged: {
    'the charge is done': 'nothing',
    'the charge is declined': 'nothing',
    'a cancel comes': 'reversing',
    'the money was given back': 'nothing',
    'the reference was closed': 'nothing',
  },
  declined: {
    'the charge is done': 'reversing',
    'the charge is declined': 'nothing',
    'a cancel comes': 'voided',
    'the money was given back': 'nothing',
    'the reference was closed': 'nothing',
  },
  reversing: {
    // The reversal under way may have come before the charge, so it begins again.
    'the charge is done': 'reversing',
    'the charge is declined': 'nothing',
    'a cancel comes': 'nothing',
    'the money was given back': 'refunded',
    'the reference was closed': 'voided',
  },
  refunded: {
    'the charge is done': 'nothing',
    'the charge is declined': 'nothing',
    'a cancel comes': 'refunded',
    'the money was given back': 'nothing',
    'the reference was closed': 'nothing',
  },
  voided: {
    'the charge is done': 'reversing',
    'the charge is declined': 'nothing',
    'a cancel comes': 'voided',
    'the money was given back': 'nothing',
    'the reference was closed': 'nothing',
  },
};

const pairs = Object.entries(table).flatMap(([status, row]) =>
  Object.entries(row).map(([happening, follows]) => [status as PaymentStatus, happening as Happening, follows] as const),
);

test.each(pairs)('a payment that is %s, when %s: %s', (status, happening, follows) => {
  const payment = given<PaymentState>(states[status]).when(happenings[happening]);
  if (follows === 'nothing') payment.thenNothing();
  else {
    const { state } = happenings[happening](states[status]);
    expect(state).toMatchObject({ ...facts, status: follows });
    expect(state).not.toBe(states[status]);
  }
});

describe('an outcome is told', () => {
  test('charged, with the money', () => {
    given<PaymentState>(states.charging)
      .when(happenings['the charge is done'])
      .then({ version: 1 }, outgoing(paymentCharged, { ...facts, version: 1, chargedAt: at }));
  });

  test('declined, with the reason', () => {
    given<PaymentState>(states.charging)
      .when(happenings['the charge is declined'])
      .then({ version: 1 }, outgoing(paymentDeclined, { orderId, version: 1, reason: 'card expired', declinedAt: at }));
  });

  test('refunded, with the money', () => {
    given<PaymentState>(states.reversing)
      .when(happenings['the money was given back'])
      .then({ version: 2 }, outgoing(paymentRefunded, { ...facts, version: 2, refundedAt: at }));
  });

  test('voided, when there was nothing to give back', () => {
    given<PaymentState>(states.reversing)
      .when(happenings['the reference was closed'])
      .then({ version: 2 }, outgoing(paymentVoided, { orderId, version: 2, voidedAt: at }));
  });
});

describe('a cancel', () => {
  test('that comes before its charge leaves a mark, and is answered', () => {
    given<PaymentState | undefined>(undefined)
      .when((payment) => cancelAsked(payment, facts, now))
      .then({ status: 'voided', ...facts, version: 1 }, outgoing(paymentVoided, { orderId, version: 1, voidedAt: at }));
  });

  test('of a declined payment is answered without asking the provider again', () => {
    given<PaymentState>(states.declined)
      .when(happenings['a cancel comes'])
      .then({ status: 'voided', version: 2 }, outgoing(paymentVoided, { orderId, version: 2, voidedAt: at }));
  });
});

describe('a cancel of a payment that was reversed', () => {
  test('is answered with the refund that there was', () => {
    given<PaymentState>(states.refunded)
      .when(happenings['a cancel comes'])
      .then({ version: 3 }, outgoing(paymentRefunded, { ...facts, version: 3, refundedAt: at }));
  });

  test('is answered as voided when no money moved', () => {
    given<PaymentState>(states.voided)
      .when(happenings['a cancel comes'])
      .then({ version: 2 }, outgoing(paymentVoided, { orderId, version: 2, voidedAt: at }));
  });
});

test.each([states.voided, states.declined])(
  'money that moves after the payment was $status is given back: payment asks itself',
  (payment) => {
    given<PaymentState>(payment)
      .when(happenings['the charge is done'])
      .then({ status: 'reversing', version: 1 }, outgoing(paymentCancel, facts));
  },
);

// The next hop can carry what one hop accepts: for every charge that payment may be asked for, and for all words of the provider.
test.each(pairs)('what goes out is valid by its contract, of a payment that is %s, when %s', (status, happening) => {
  const instants = fc.date({ min: new Date('2020-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(valuesOf(paymentCharge.schema), valuesOf(reason), instants, ({ orderId, amount, currency }, reason, at) => {
      const payment = { ...states[status], orderId, amount, currency, ...(status === 'declined' && { reason }) } as PaymentState;
      expect(misfits(happenings[happening](payment, { reason, at }).send)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
