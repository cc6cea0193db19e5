import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { paymentCancel, paymentCharge } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { deliversOnce, eventually, outsideWorld, type OutsideWorld, ServiceUnderTest } from '@waybill/testing';
import { type App, paymentService } from '../test/payment-under-test.js';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let world: OutsideWorld;
let service: ServiceUnderTest<App>;
beforeAll(async () => {
  world = await outsideWorld();
  service = await ServiceUnderTest.make(paymentService(world.provider));
});
afterEach(() => world.faults());
afterAll(async () => {
  await service.close();
  await world.end();
});

const money = { amount: 2500, currency: 'EUR' };
const charge = (orderId: string, paymentMethod = 'pm_ok', id = newId(), by?: App) =>
  service.deliver(paymentCharge, { orderId, customerId: 'customer-17', ...money, paymentMethod }, id, by);
const cancel = (orderId: string, id = newId(), by?: App) => service.deliver(paymentCancel, { orderId, ...money }, id, by);

const statusOf = async (orderId: string) =>
  (await service.app.inject(`/api/payments?orderId=${orderId}`)).json<{ status: string }[]>()[0]?.status;

/** What the provider says, one word a call: `+` moved money, `?` gave no answer. */
const callsAbout = async (orderId: string) =>
  (await world.charges(orderId)).map(({ kind, effect, answered }) => `${kind}${effect ? '+' : ''}${answered ? '' : '?'}`);

describe('payment.cancel', () => {
  deliversOnce({
    message: async () => {
      const orderId = newId();
      await charge(orderId);
      return { id: newId(), orderId };
    },
    deliver: async ({ id, orderId }) => {
      await cancel(orderId, id);
      await world.faults();
    },
    failNext: () => world.faults({ provider: { refuse: 1 } }),
    effects: async ({ orderId }) => {
      const refunds = (await world.charges(orderId)).filter(({ kind, effect }) => kind === 'refund' && effect);
      expect(await service.sent(orderId)).toEqual(['payment.charged.v1', ...refunds.map(() => 'payment.refunded.v1')]);
      return refunds.length;
    },
  });

  test('that comes before its charge leaves a mark: the charge does nothing, and the provider is never asked', async () => {
    const orderId = newId();
    await cancel(orderId);
    await charge(orderId);
    expect(await world.charges(orderId)).toEqual([]);
    expect(await statusOf(orderId)).toBe('voided');
    expect(await service.sent(orderId)).toEqual(['payment.voided.v1']);
  });

  test('of a declined payment is answered, and the provider is not asked again', async () => {
    const orderId = newId();
    await charge(orderId, 'pm_declined');
    await cancel(orderId);
    expect(await callsAbout(orderId)).toEqual(['charge']);
    expect(await service.sent(orderId)).toEqual(['payment.declined.v1', 'payment.voided.v1']);
  });

  test.each([
    ['refunded', 'pm_ok', 'payment.refunded.v1'],
    ['voided', 'pm_declined', 'payment.voided.v1'],
  ])(
    'of a payment that is %s is answered again, each new message once, and the provider is not asked',
    async (status, how, answer) => {
      const [orderId, again] = [newId(), newId()];
      await charge(orderId, how);
      await cancel(orderId);
      const before = [await callsAbout(orderId), await service.sent(orderId)] as const;
      expect(await statusOf(orderId)).toBe(status);

      const second = await service.replica();
      await Promise.all(Array.from({ length: 8 }, (_, n) => cancel(orderId, again, n % 2 ? second : service.app)));
      expect([await callsAbout(orderId), await service.sent(orderId)]).toEqual([before[0], [...before[1], answer]]);
      expect(await statusOf(orderId)).toBe(status);
      expect(await service.parked()).toEqual([]);
    },
  );

  test('that could not be saved is answered by its retry, once', async () => {
    const [orderId, id] = [newId(), newId()];
    await charge(orderId);
    await cancel(orderId);
    await service.failNextCommit();
    await cancel(orderId, id);
    expect(await service.parked()).toHaveLength(1);
    await cancel(orderId, id);
    expect(await service.sent(orderId)).toEqual(['payment.charged.v1', 'payment.refunded.v1', 'payment.refunded.v1']);
  });

  test('in 8 copies at once on two replicas gives the money back once', async () => {
    const [orderId, id] = [newId(), newId()];
    await charge(orderId);
    const second = await service.replica();
    // All copies have come before the first one has its answer.
    await world.faults({ provider: { slowMs: 300 } });
    await Promise.all(Array.from({ length: 8 }, (_, n) => cancel(orderId, id, n % 2 ? second : service.app)));
    if ((await service.parked()).length > 0) await service.retryParked();
    expect(await callsAbout(orderId)).toEqual(['charge+', 'refund+']);
    expect(await service.sent(orderId)).toEqual(['payment.charged.v1', 'payment.refunded.v1']);
  });

  test('whose answer is lost asks again under another key, and the money comes back once', async () => {
    const [orderId, id] = [newId(), newId()];
    await charge(orderId);
    await world.faults({ provider: { loseAnswer: 1 } });
    await cancel(orderId, id);
    await world.faults();
    expect(await statusOf(orderId)).toBe('reversing');
    await cancel(orderId, id);
    expect(await callsAbout(orderId)).toEqual(['charge+', 'refund+?', 'refund']);
    const keys = (await world.charges(orderId)).slice(1).map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(2);
    expect(await service.sent(orderId)).toEqual(['payment.charged.v1', 'payment.refunded.v1']);
  });
});

// A look-up would say "none" in both cases, and the money would move afterwards.
describe('a cancel that overtakes its charge', () => {
  test('on the way to the provider: the reference is closed there, and the charge is refused when it arrives', async () => {
    const orderId = newId();
    await world.faults({ provider: { delayMs: 3_000 } });
    const late = charge(orderId);
    await eventually('the charge is claimed', async () => (await statusOf(orderId)) === 'charging');
    await cancel(orderId);
    expect(await statusOf(orderId)).toBe('voided');
    await late;
    expect(await callsAbout(orderId)).toEqual(['refund', 'charge']);
    expect(await service.sent(orderId)).toEqual(['payment.voided.v1']);
    expect(await service.parked()).toEqual([]);
  });

  test('after the money moved and before the answer: it is given back, and the late answer changes nothing', async () => {
    const orderId = newId();
    await world.faults({ provider: { slowMs: 3_000 } });
    const late = charge(orderId);
    await eventually('the money has moved', async () => (await callsAbout(orderId)).includes('charge+'));
    await world.faults();
    await cancel(orderId);
    await late;
    expect(await statusOf(orderId)).toBe('refunded');
    expect((await callsAbout(orderId)).filter((call) => call.endsWith('+'))).toEqual(['charge+', 'refund+']);
    expect(await service.sent(orderId)).toEqual(['payment.refunded.v1']);
  });
});

// The outside world closes a reference for good. This provider does not: it says that there was no charge, and then charges. Nor
// does it know a second call by its key: it declines it. It decides its answer when asked, and tells it when the spec lets it.
async function paymentAtAForgetfulProvider({ charge, reversal }: { charge: Promise<void>; reversal: Promise<void> }) {
  let moved = false;
  const asked: string[] = [];
  const provider = createServer((request, response) => {
    const answer = (body: object) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    asked.push(request.url!);
    const reversed = moved ? { outcome: 'refunded', ...money } : { outcome: 'closed' };
    if (request.url === '/reversals') return void reversal.then(() => answer(reversed));
    if (request.method === 'GET') return answer({ state: 'none' });
    if (asked.filter((url) => url === '/charges').length > 1) return answer({ outcome: 'declined', reason: 'called twice' });
    void charge.then(() => {
      moved = true;
      answer({ outcome: 'charged' });
    });
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const payment = await ServiceUnderTest.make(paymentService({ url, key: 'none', callDeadlineMs: 20_000 }));
  return {
    payment,
    isAsked: (url: string) => eventually(`the provider is asked for ${url}`, () => asked.includes(url)),
    stateOf: async () => (await payment.query<{ status: string }>(`SELECT status FROM payments`))[0]?.status,
    end: async () => {
      await payment.close();
      provider.closeAllConnections();
      provider.close();
    },
  };
}

test('money that moves after the cancel was answered is recorded, and given back', async () => {
  const orderId = newId();
  const charge = gate();
  const { payment, isAsked, stateOf, end } = await paymentAtAForgetfulProvider({
    charge: charge.opened,
    reversal: Promise.resolve(),
  });
  try {
    const late = payment.deliver(
      paymentCharge,
      { orderId, customerId: 'customer-17', ...money, paymentMethod: 'pm_ok' },
      newId(),
    );
    await isAsked('/charges');
    await payment.deliver(paymentCancel, { orderId, ...money }, newId());
    expect(await stateOf()).toBe('voided');

    charge.open();
    await late;
    expect(await stateOf()).toBe('reversing');
    expect(await payment.sent(orderId)).toEqual(['payment.voided.v1', 'payment.cancel.v1']);

    await payment.deliver(paymentCancel, { orderId, ...money }, newId());
    expect(await stateOf()).toBe('refunded');
    expect(await payment.sent(orderId)).toEqual(['payment.voided.v1', 'payment.cancel.v1', 'payment.refunded.v1']);
  } finally {
    await end();
  }
});

test('money that moves after the charge was declined is recorded, and given back', async () => {
  const [orderId, first, second] = [newId(), newId(), newId()];
  const charge = gate();
  const { payment, isAsked, stateOf, end } = await paymentAtAForgetfulProvider({
    charge: charge.opened,
    reversal: Promise.resolve(),
  });
  try {
    const late = payment.deliver(paymentCharge, { orderId, customerId: 'customer-17', ...money, paymentMethod: 'pm_ok' }, first);
    await isAsked('/charges');
    await payment.query(`UPDATE payments SET lease_expires_at = clock_timestamp()`);
    await payment.deliver(paymentCharge, { orderId, customerId: 'customer-17', ...money, paymentMethod: 'pm_ok' }, second);
    expect(await stateOf()).toBe('declined');

    charge.open();
    await late;
    expect(await stateOf()).toBe('reversing');
    expect(await payment.sent(orderId)).toEqual(['payment.declined.v1', 'payment.cancel.v1']);

    await payment.deliver(paymentCancel, { orderId, ...money }, newId());
    expect(await stateOf()).toBe('refunded');
    expect(await payment.sent(orderId)).toEqual(['payment.declined.v1', 'payment.cancel.v1', 'payment.refunded.v1']);
  } finally {
    await end();
  }
});

test('a reversal that was answered before the money moved ends nothing: it is asked for again, and the money is given back', async () => {
  const [orderId, id] = [newId(), newId()];
  const [charge, reversal] = [gate(), gate()];
  const { payment, isAsked, stateOf, end } = await paymentAtAForgetfulProvider({
    charge: charge.opened,
    reversal: reversal.opened,
  });
  try {
    const late = payment.deliver(
      paymentCharge,
      { orderId, customerId: 'customer-17', ...money, paymentMethod: 'pm_ok' },
      newId(),
    );
    await isAsked('/charges');
    const cancelled = payment.deliver(paymentCancel, { orderId, ...money }, id);
    await isAsked('/reversals');
    charge.open();
    await late;
    reversal.open();
    await cancelled;
    expect(await stateOf()).toBe('reversing');
    expect(await payment.sent(orderId)).toEqual([]);

    await payment.deliver(paymentCancel, { orderId, ...money }, id);
    expect(await stateOf()).toBe('refunded');
    expect(await payment.sent(orderId)).toEqual(['payment.refunded.v1']);
  } finally {
    await end();
  }
});

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
