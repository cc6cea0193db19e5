import { describe, test } from '@jest/globals';
import { paymentCharged, paymentDeclined } from '@waybill/contracts';
import { given } from '@waybill/testing';
import { chargeEnded, type PaymentState } from './payment-decisions.js';

const orderId = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';
const now = new Date('2026-11-24T08:00:00.000Z');
const facts = { orderId, amount: 2500, currency: 'EUR' };

const charging: PaymentState = { status: 'charging', ...facts, version: 0 };
const charged: PaymentState = { status: 'charged', ...facts, version: 1 };
const declined: PaymentState = { status: 'declined', ...facts, version: 1, reason: 'insufficient funds' };

const endsCharged = (payment: PaymentState) => chargeEnded(payment, { outcome: 'charged' }, now);
const endsDeclined = (payment: PaymentState) => chargeEnded(payment, { outcome: 'declined', reason: 'card expired' }, now);

describe('a payment that is being charged', () => {
  test('is charged when the provider says so', () => {
    given(charging)
      .when(endsCharged)
      .then({ status: 'charged', version: 1 }, [
        paymentCharged,
        { orderId, version: 1, amount: 2500, currency: 'EUR', chargedAt: now.toISOString() },
      ]);
  });

  test('is declined when the provider says so, and passes on why', () => {
    given(charging)
      .when(endsDeclined)
      .then({ status: 'declined', version: 1, reason: 'card expired' }, [
        paymentDeclined,
        { orderId, version: 1, reason: 'card expired', declinedAt: now.toISOString() },
      ]);
  });
});

describe('an outcome that is there stands', () => {
  test('charged, when the charge is told again', () => given(charged).when(endsCharged).thenNothing());
  test('charged, when a decline follows', () => given(charged).when(endsDeclined).thenNothing());
  test('declined, when the decline is told again', () => given(declined).when(endsDeclined).thenNothing());
  test('declined, when a charge follows', () => given(declined).when(endsCharged).thenNothing());
});
