import { describe, expect, test } from '@jest/globals';
import {
  minorUnits,
  notificationRemember,
  orderCancelled,
  orderCancelRequested,
  orderConfirmed,
  orderExpire,
  orderId,
  orderPlaced,
  outgoing,
  paymentCancel,
  paymentCharge,
  paymentCharged,
  paymentDeclined,
  paymentRefunded,
  paymentVoided,
  reason,
  scheduled,
  unscheduled,
} from '@waybill/contracts';
import { given, misfits, valuesOf } from '@waybill/testing';
import fc from 'fast-check';
import {
  cancelByCustomer,
  cancelBySupport,
  place,
  react,
  type Decision,
  type OrderMessage,
  type OrderState,
  type OrderStatus,
} from './order-decisions.js';
import { orderRequest } from './order-request.js';

const id = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';
const now = new Date('2026-11-24T08:00:00.000Z');
const at = now.toISOString();
const facts = { id, total: 2500, currency: 'EUR' };
const money = { amount: 2500, currency: 'EUR' };

const states: { [Status in OrderStatus]: OrderState & { status: Status } } = {
  placed: { status: 'placed', ...facts, version: 1 },
  confirmed: { status: 'confirmed', ...facts, version: 2 },
  cancelling: { status: 'cancelling', ...facts, version: 3, reason: 'cancelled by the customer' },
  cancelled: { status: 'cancelled', ...facts, version: 4, reason: 'cancelled by the customer' },
};

const messages: { [Type in OrderMessage['type']]: OrderMessage & { type: Type } } = {
  'payment.charged.v1': { type: paymentCharged.type, data: { orderId: id, version: 1, ...money, chargedAt: at } },
  'payment.declined.v1': {
    type: paymentDeclined.type,
    data: { orderId: id, version: 1, reason: 'insufficient funds', declinedAt: at },
  },
  'payment.refunded.v1': { type: paymentRefunded.type, data: { orderId: id, version: 2, ...money, refundedAt: at } },
  'payment.voided.v1': { type: paymentVoided.type, data: { orderId: id, version: 1, voidedAt: at } },
  'order.expire.v1': { type: orderExpire.type, data: { orderId: id } },
};

type Arrives = OrderMessage['type'] | 'cancel by the customer';
const decide =
  (arrives: Arrives) =>
  (order: OrderState): Decision =>
    arrives === 'cancel by the customer' ? cancelByCustomer(order, now) : react(order, messages[arrives], now);

/** What follows: the new status, the same state and no message, or a refusal with its words. */
type Follows = Exclude<OrderStatus, 'placed'> | 'nothing' | RegExp;

// Every pair of a state and a message. A missing pair does not compile.
const table: Record<OrderStatus, Record<Arrives, Follows>> = {
  placed: {
    'payment.charged.v1': 'confirmed',
    'payment.declined.v1': 'cancelled',
    'payment.refunded.v1': /is placed and nobody cancelled it, but its payment was refunded/,
    'payment.voided.v1': /is placed and nobody cancelled it, but its payment was voided/,
    'order.expire.v1': 'cancelling',
    'cancel by the customer': 'cancelling',
  },
  confirmed: {
    'payment.charged.v1': 'nothing',
    'payment.declined.v1': /is confirmed, but its payment was declined/,
    'payment.refunded.v1': /is confirmed and nobody cancelled it, but its payment was refunded/,
    'payment.voided.v1': /is confirmed and nobody cancelled it, but its payment was voided/,
    'order.expire.v1': 'nothing',
    'cancel by the customer': 'cancelling',
  },
  cancelling: {
    'payment.charged.v1': 'nothing',
    'payment.declined.v1': 'nothing',
    'payment.refunded.v1': 'cancelled',
    'payment.voided.v1': 'cancelled',
    'order.expire.v1': 'nothing',
    'cancel by the customer': 'nothing',
  },
  cancelled: {
    'payment.charged.v1': /is cancelled, but its payment was charged/,
    'payment.declined.v1': 'nothing',
    'payment.refunded.v1': 'nothing',
    'payment.voided.v1': 'nothing',
    'order.expire.v1': 'nothing',
    'cancel by the customer': 'nothing',
  },
};

const pairs = Object.entries(table).flatMap(([status, row]) =>
  Object.entries(row).map(([arrives, follows]) => [status as OrderStatus, arrives as Arrives, follows] as const),
);

test.each(pairs)('an order that is %s, when there comes %s: %s', (status, arrives, follows) => {
  const order = given<OrderState>(states[status]).when(decide(arrives));
  if (follows === 'nothing') order.thenNothing();
  else if (follows instanceof RegExp) order.thenRefused(follows);
  else expect(decide(arrives)(states[status]).state).toMatchObject({ status: follows, version: states[status].version + 1 });
});

describe('an order that is placed', () => {
  test('is announced, notification is told whom to mail, payment is asked for its total, and a timer is set for the outcome', () => {
    const customer = { customerId: 'customer-17', email: 'ada@example.com' };
    given(undefined)
      .when(() => place({ ...facts, ...customer, paymentMethod: 'pm_ok' }, 900_000, now))
      .then(
        states.placed,
        outgoing(orderPlaced, { orderId: id, version: 1, total: 2500, currency: 'EUR', placedAt: at }),
        outgoing(notificationRemember, { orderId: id, ...customer }),
        outgoing(paymentCharge, { orderId: id, customerId: 'customer-17', ...money, paymentMethod: 'pm_ok' }),
        scheduled(orderExpire, { orderId: id }, 900_000),
      );
  });

  test('is confirmed when its payment is charged, and the timer is taken away', () => {
    given<OrderState>(states.placed)
      .when(decide('payment.charged.v1'))
      .then(
        { status: 'confirmed', version: 2 },
        outgoing(orderConfirmed, { orderId: id, version: 2, confirmedAt: at }),
        unscheduled(orderExpire, id),
      );
  });

  test('is cancelled when its payment is declined, and says why', () => {
    const reason = 'payment declined: insufficient funds';
    given<OrderState>(states.placed)
      .when(decide('payment.declined.v1'))
      .then(
        { status: 'cancelled', version: 2, reason } as Partial<OrderState>,
        outgoing(orderCancelled, { orderId: id, version: 2, reason, cancelledAt: at }),
        unscheduled(orderExpire, id),
      );
  });

  test('has its payment reversed when the deadline passes', () => {
    const reason = 'no payment outcome in time';
    given<OrderState>(states.placed)
      .when(decide('order.expire.v1'))
      .then(
        { status: 'cancelling', version: 2, reason } as Partial<OrderState>,
        outgoing(orderCancelRequested, { orderId: id, version: 2, reason, requestedAt: at }),
        outgoing(paymentCancel, { orderId: id, ...money }),
        unscheduled(orderExpire, id),
      );
  });

  test.each([
    ['payment.charged.v1', { amount: 2499, currency: 'EUR' }, 'costs 2500 EUR, but 2499 EUR were charged'],
    ['payment.charged.v1', { amount: 2500, currency: 'USD' }, 'costs 2500 EUR, but 2500 USD were charged'],
    ['payment.refunded.v1', { amount: 1, currency: 'EUR' }, 'costs 2500 EUR, but 1 EUR were refunded'],
  ] as const)('takes no other money: %s of %o', (type, other, words) => {
    const message = { ...messages[type], data: { ...messages[type].data, ...other } } as OrderMessage;
    given<OrderState>(states.placed)
      .when((order) => react(order, message, now))
      .thenRefused(words);
  });
});

describe('an order that is being cancelled', () => {
  test('is cancelled for the reason it had, however its payment was reversed', () => {
    for (const arrives of ['payment.refunded.v1', 'payment.voided.v1'] as const) {
      given<OrderState>(states.cancelling)
        .when(decide(arrives))
        .then(
          { status: 'cancelled', version: 4, reason: 'cancelled by the customer' } as Partial<OrderState>,
          outgoing(orderCancelled, { orderId: id, version: 4, reason: 'cancelled by the customer', cancelledAt: at }),
          unscheduled(orderExpire, id),
        );
    }
  });
});

test('support cancels as the customer does, and says why: what comes in, the next contract can carry', () => {
  const long = 'x'.repeat(160);
  for (const words of ['sent to the wrong town', long]) {
    const { state, send } = cancelBySupport(words)(states.confirmed, now);
    expect(state).toMatchObject({ status: 'cancelling', reason: `cancelled by support: ${words}` });
    expect(misfits(send)).toEqual([]);
  }
  expect(cancelBySupport('again')(states.cancelling, now)).toEqual({ state: states.cancelling, send: [] });
});

// The next hop can carry what one hop accepts: the limits of contracts compose along the chain.
describe('whatever comes in, what goes out is valid by its contract:', () => {
  const instants = fc.date({ min: new Date('2020-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });

  test('an order as the API takes it', () => {
    fc.assert(
      fc.property(valuesOf(orderRequest), valuesOf(orderId), valuesOf(minorUnits), instants, (request, id, total, now) => {
        const owned = { ...request, customerId: request.customerId ?? 'ada', email: request.email ?? 'ada@example.com' };
        expect(misfits(place({ ...owned, id, total }, 900_000, now).send)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  const incoming: { [Type in OrderMessage['type']]: { schema: Parameters<typeof valuesOf>[0] } } = {
    'payment.charged.v1': paymentCharged,
    'payment.declined.v1': paymentDeclined,
    'payment.refunded.v1': paymentRefunded,
    'payment.voided.v1': paymentVoided,
    'order.expire.v1': orderExpire,
  };
  const dataOf = (arrives: Arrives) =>
    arrives === 'cancel by the customer' ? fc.constant({}) : (valuesOf(incoming[arrives].schema) as fc.Arbitrary<object>);
  const possible = pairs.filter(([, , follows]) => !(follows instanceof RegExp));

  test.each(possible)('an order that is %s, when there comes %s', (status, arrives) => {
    fc.assert(
      fc.property(valuesOf(reason), dataOf(arrives), instants, (reason, data, now) => {
        const order = { ...states[status], ...('reason' in states[status] && { reason }) };
        const message = { type: arrives, data: { ...data, ...money } } as OrderMessage;
        const { send } = arrives === 'cancel by the customer' ? cancelByCustomer(order, now) : react(order, message, now);
        expect(misfits(send)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

test('whatever an order meets, and how often, its deadline is set while it is placed, and never afterwards', () => {
  const arrivals = fc.array(fc.constantFrom(...new Set(pairs.map(([, arrives]) => arrives))), { maxLength: 12 });
  fc.assert(
    fc.property(arrivals, (arrived) => {
      let { state, send } = place({ ...facts, customerId: 'c', email: 'a@example.com', paymentMethod: 'pm_ok' }, 900_000, now);
      let isSet = false;
      const isPlaced = () => state.status === 'placed';
      const follow = () => {
        for (const message of send) if (message.do !== 'send') isSet = message.do === 'schedule';
        expect({ arrived, isSet }).toEqual({ arrived, isSet: isPlaced() });
      };
      follow();
      for (const arrives of arrived) {
        // A message that contradicts what the order knows is refused, and changes nothing.
        try {
          ({ state, send } = decide(arrives)(state));
        } catch {
          continue;
        }
        follow();
      }
      if (isPlaced()) expect(decide('order.expire.v1')(state).state.status).toBe('cancelling');
    }),
    { numRuns: 1_000 },
  );
});
