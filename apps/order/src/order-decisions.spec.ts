import { describe, expect, test } from '@jest/globals';
import { orderCancelled, orderConfirmed, orderPlaced, paymentCharge, paymentCharged, paymentDeclined } from '@waybill/contracts';
import { given } from '@waybill/testing';
import { place, react, type OrderState } from './order-decisions.js';

const id = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';
const now = new Date('2026-11-24T08:00:00.000Z');
const facts = { id, total: 2500, currency: 'EUR' };

const placed: OrderState = { status: 'placed', ...facts, version: 1 };
const confirmed: OrderState = { status: 'confirmed', ...facts, version: 2 };
const cancelled: OrderState = { status: 'cancelled', ...facts, version: 2, reason: 'payment declined: insufficient funds' };

const charge = { orderId: id, version: 1, amount: 2500, currency: 'EUR', chargedAt: now.toISOString() };
const charged =
  (data = charge) =>
  (order: OrderState) =>
    react(order, { type: paymentCharged.type, data }, now);
const declined = (order: OrderState) =>
  react(
    order,
    {
      type: paymentDeclined.type,
      data: { orderId: id, version: 1, reason: 'insufficient funds', declinedAt: now.toISOString() },
    },
    now,
  );

describe('an order that is placed', () => {
  test('is announced, and payment is asked for its total', () => {
    const { state, send } = place({ ...facts, customerId: 'customer-17', email: 'ada@example.com', paymentMethod: 'pm_ok' }, now);
    expect(state).toEqual(placed);
    expect(send.map(({ contract, payload }) => [contract.type, payload])).toEqual([
      [
        orderPlaced.type,
        {
          orderId: id,
          version: 1,
          customerId: 'customer-17',
          email: 'ada@example.com',
          total: 2500,
          currency: 'EUR',
          placedAt: now.toISOString(),
        },
      ],
      [paymentCharge.type, { orderId: id, amount: 2500, currency: 'EUR', paymentMethod: 'pm_ok' }],
    ]);
  });

  test('is confirmed when its payment is charged', () => {
    given(placed)
      .when(charged())
      .then({ status: 'confirmed', version: 2 }, [orderConfirmed, { orderId: id, version: 2, confirmedAt: now.toISOString() }]);
  });

  test('is cancelled when its payment is declined, and says why', () => {
    const reason = 'payment declined: insufficient funds';
    given(placed)
      .when(declined)
      .then({ status: 'cancelled', version: 2, reason }, [
        orderCancelled,
        { orderId: id, version: 2, reason, cancelledAt: now.toISOString() },
      ]);
  });

  test('is not confirmed by another amount or another currency', () => {
    given(placed)
      .when(charged({ ...charge, amount: 2499 }))
      .thenRefused('costs 2500 EUR, but 2499 EUR were charged');
    given(placed)
      .when(charged({ ...charge, currency: 'USD' }))
      .thenRefused('costs 2500 EUR, but 2500 USD were charged');
  });
});

describe('an order that is confirmed', () => {
  test('stays as it is when the charge is told again', () => given(confirmed).when(charged()).thenNothing());
  test('cannot be declined any more', () =>
    given(confirmed).when(declined).thenRefused('is confirmed, but its payment was declined'));
});

describe('an order that is cancelled', () => {
  test('stays as it is when the decline is told again', () => given(cancelled).when(declined).thenNothing());
  test('cannot have been charged', () =>
    given(cancelled).when(charged()).thenRefused('is cancelled, but its payment was charged'));
});
