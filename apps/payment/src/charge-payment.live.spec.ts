import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { paymentCancel, paymentCharge, paymentChargeV1 } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import {
  deliversOnce,
  eventually,
  outsideWorld,
  type OutsideWorld,
  problemIn,
  ServiceUnderTest,
  tcpProxy,
} from '@waybill/testing';
import { type App, paymentService } from '../test/payment-under-test.js';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let world: OutsideWorld;
let service: ServiceUnderTest<App>;
beforeAll(async () => {
  world = await outsideWorld();
  service = await paymentAt(world.provider);
});
const paymentAt = (provider: Parameters<typeof paymentService>[0]) => ServiceUnderTest.make(paymentService(provider));
afterEach(() => world.faults());
afterAll(() => service.close());
afterAll(() => world.end());

const charge = (orderId: string, paymentMethod = 'pm_ok', id = newId(), by?: App) =>
  service.deliver(paymentCharge, { orderId, customerId: 'customer-17', amount: 2500, currency: 'EUR', paymentMethod }, id, by);

/** What the service says of an order's payment. */
const paymentOf = async (orderId: string) => (await service.app.inject(`/api/payments?orderId=${orderId}`)).json<object[]>()[0];

/** What the provider says, one word a call: `+` moved money, `?` gave no answer. */
const callsAbout = async (orderId: string) =>
  (await world.charges(orderId)).map(({ kind, effect, answered }) => `${kind}${effect ? '+' : ''}${answered ? '' : '?'}`);

/** The worker that has claimed this payment has been silent for longer than its lease. */
const leaseEnds = (orderId: string) =>
  service.query(`UPDATE payments SET lease_expires_at = clock_timestamp() WHERE order_id = $1`, [orderId]);

describe('payment.charge', () => {
  deliversOnce({
    message: () => ({ id: newId(), orderId: newId() }),
    deliver: async ({ id, orderId }) => {
      await charge(orderId, 'pm_ok', id);
      await world.faults();
    },
    failNext: () => world.faults({ provider: { refuse: 1 } }),
    effects: async ({ orderId }) => {
      const moved = (await world.charges(orderId)).filter(({ effect }) => effect);
      expect(await service.sent(orderId)).toEqual(moved.map(() => 'payment.charged.v1'));
      return moved.length;
    },
  });

  test('moves the money under the one key of its order', async () => {
    const orderId = newId();
    await charge(orderId);
    expect(await world.charges(orderId)).toMatchObject([
      { kind: 'charge', idempotencyKey: `charge-${orderId}`, amount: 2500, currency: 'EUR', effect: true, answered: true },
    ]);
    expect(await paymentOf(orderId)).toMatchObject({ orderId, status: 'charged', amount: 2500, currency: 'EUR', attempts: 1 });
  });

  const ownerOf = async (orderId: string) =>
    (await service.query<{ customer_id: string }>(`SELECT customer_id FROM payments WHERE order_id = $1`, [orderId]))[0];

  test('says whose order it is', async () => {
    const orderId = newId();
    await charge(orderId);
    expect(await ownerOf(orderId)).toEqual({ customer_id: 'customer-17' });
  });

  test('of the first version, which did not say so, charges as before, and once with its second version', async () => {
    const orderId = newId();
    await service.deliver(paymentChargeV1, { orderId, amount: 2500, currency: 'EUR', paymentMethod: 'pm_ok' }, newId());
    await charge(orderId);
    expect(await callsAbout(orderId)).toEqual(['charge+']);
    expect(await service.sent(orderId)).toEqual(['payment.charged.v1']);
    expect(await ownerOf(orderId)).toEqual({ customer_id: null });
  });

  test('that comes after its cancel moves no money, and the cancel is the customer’s', async () => {
    const orderId = newId();
    await service.deliver(paymentCancel, { orderId, amount: 2500, currency: 'EUR' }, newId());
    await charge(orderId);
    expect(await callsAbout(orderId)).toEqual([]);
    expect(await ownerOf(orderId)).toEqual({ customer_id: 'customer-17' });
  });

  test('that the provider declines moves no money, and says so', async () => {
    const orderId = newId();
    await charge(orderId, 'pm_declined');
    expect(await callsAbout(orderId)).toEqual(['charge']);
    expect(await service.sent(orderId)).toEqual(['payment.declined.v1']);
    expect(await paymentOf(orderId)).toMatchObject({ status: 'declined', reason: 'insufficient funds' });
  });

  test('sent twice for one order, as two messages, moves the money once', async () => {
    const orderId = newId();
    await charge(orderId);
    await charge(orderId);
    expect(await callsAbout(orderId)).toEqual(['charge+']);
    expect(await service.sent(orderId)).toEqual(['payment.charged.v1']);
  });

  test('in 8 copies at once on two replicas moves the money once', async () => {
    const [orderId, id] = [newId(), newId()];
    const second = await service.replica();
    await Promise.all(Array.from({ length: 8 }, (_, n) => charge(orderId, 'pm_ok', id, n % 2 ? second : service.app)));
    // A copy that met another's claim may have been parked to come back. Then it finds the charge settled.
    if ((await service.parked()).length > 0) await service.retryParked();
    expect(await callsAbout(orderId)).toEqual(['charge+']);
    expect(await service.sent(orderId)).toEqual(['payment.charged.v1']);
  });
});

describe('when the outcome is unknown', () => {
  test.each([
    ['answer is lost after the charge', 'pm_timeout_charged', ['charge+?', 'lookup']],
    ['call is lost before the charge', 'pm_timeout_not_charged', ['charge?', 'lookup', 'charge+']],
  ])('because the %s, the next attempt looks first, and the money moves once', async (_, method, calls) => {
    const [orderId, id] = [newId(), newId()];
    await charge(orderId, method, id);
    expect(await paymentOf(orderId)).toMatchObject({ status: 'charging', attempts: 1 });
    expect(await service.sent(orderId)).toEqual([]);
    // The failure does not count towards the dead letter, because the provider may be away for long.
    expect(await service.parked()).toMatchObject([{ state: 'waiting', failures: 0 }]);

    await charge(orderId, method, id);
    expect(await callsAbout(orderId)).toEqual(calls);
    expect(await paymentOf(orderId)).toMatchObject({ status: 'charged', attempts: 2 });
    expect(await service.sent(orderId)).toEqual(['payment.charged.v1']);
  });

  test('because nothing can be saved after the answer, the next attempt finds the charge', async () => {
    const [orderId, id] = [newId(), newId()];
    await service.failNextCommit();
    await charge(orderId, 'pm_ok', id);
    expect(await paymentOf(orderId)).toMatchObject({ status: 'charging' });
    expect(await service.parked()).toMatchObject([{ errors: [{ error: expect.stringContaining('made to fail') }] }]);

    await leaseEnds(orderId);
    await charge(orderId, 'pm_ok', id);
    expect(await callsAbout(orderId)).toEqual(['charge+', 'lookup']);
    expect(await service.sent(orderId)).toEqual(['payment.charged.v1']);
  });
});

describe('a claim', () => {
  test('of another worker is respected until its lease ends, and the wait counts as no attempt', async () => {
    const [orderId, id] = [newId(), newId()];
    await service.query(
      `INSERT INTO payments (order_id, status, amount, currency, payment_method, attempt, lease_expires_at, version)
       VALUES ($1, 'charging', 2500, 'EUR', 'pm_ok', 1, clock_timestamp() + interval '1 hour', 0)`,
      [orderId],
    );
    await charge(orderId, 'pm_ok', id);
    expect(await world.charges(orderId)).toEqual([]);
    const [parked] = await service.parked();
    expect(parked).toMatchObject({ state: 'waiting', failures: 0, transientFailures: 0 });
    const minutesAhead = (parked!.nextAttemptAt.getTime() - Date.now()) / 60_000;
    expect(Math.round(minutesAhead)).toBe(60);

    await leaseEnds(orderId);
    await charge(orderId, 'pm_ok', id);
    expect(await callsAbout(orderId)).toEqual(['lookup', 'charge+']);
    expect(await paymentOf(orderId)).toMatchObject({ status: 'charged', attempts: 2 });
  });

  // A host has lost its time server. With its clock ahead it would ask hundreds of times a second; behind, wait too long.
  test.each([-4, 4])('ends by the clock of the database, also for a process whose own is %d minutes off', async (minutes) => {
    const [orderId, id] = [newId(), newId()];
    await service.query(
      `INSERT INTO payments (order_id, status, amount, currency, payment_method, attempt, lease_expires_at, version)
       VALUES ($1, 'charging', 2500, 'EUR', 'pm_ok', 1, clock_timestamp() + interval '1 hour', 0)`,
      [orderId],
    );
    const right = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => right() + minutes * 60_000);
    await charge(orderId, 'pm_ok', id).finally(() => clock.mockRestore());
    const [parked] = await service.parked();
    expect(Math.round((parked!.nextAttemptAt.getTime() - Date.now()) / 60_000)).toBe(60);

    await leaseEnds(orderId);
    await charge(orderId, 'pm_ok', id);
    expect(await service.parked()).toEqual([]);
  });

  test('that was taken over is lost: the late finisher changes nothing', async () => {
    const [orderId, id, second] = [newId(), newId(), await service.replica()];
    await world.faults({ provider: { slowMs: 3_000 } });
    const late = charge(orderId, 'pm_ok', id);
    await eventually('the money has moved', async () => (await callsAbout(orderId)).length === 1);
    await world.faults();
    await leaseEnds(orderId);
    await charge(orderId, 'pm_ok', id, second);
    expect(await paymentOf(orderId)).toMatchObject({ status: 'charged', attempts: 2 });
    const settled = await service.query(`SELECT * FROM payments WHERE order_id = $1`, [orderId]);

    await late;
    expect(await service.query(`SELECT * FROM payments WHERE order_id = $1`, [orderId])).toEqual(settled);
    expect(await service.parked()).toEqual([]);
    expect(await callsAbout(orderId)).toEqual(['charge+', 'lookup']);
    expect(await service.sent(orderId)).toEqual(['payment.charged.v1']);
  });
});

// This provider knows nothing of keys: two charges move the money twice. Its look-up tells of a charge that it has made.
async function providerWithoutKeys() {
  const asked: string[] = [];
  const charged = () => asked.includes('POST');
  const provider = createServer((request, response) => {
    const answer = request.method === 'GET' ? { state: charged() ? 'charged' : 'none' } : { outcome: 'charged' };
    asked.push(request.method!);
    request
      .resume()
      .once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)));
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  return {
    url: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    asked,
    end: () => {
      provider.closeAllConnections();
      provider.close();
    },
  };
}

// Its process was stopped, or the database took its time for the COMMIT. Meanwhile another worker has looked, in vain, and charged.
test('a worker that learns of its claim after the lease has ended does not charge: the money moves once without any key', async () => {
  const orderId = newId();
  const { url, asked, end } = await providerWithoutKeys();
  const payment = await paymentAt({ url, key: 'none', callDeadlineMs: 100 });
  const claimed = 'INSERT 0 1\0';
  let holds = true;
  const proxy = await tcpProxy(payment.database.access, (answer) => {
    // The worker hears this answer, and none of those that follow.
    if (holds && answer.includes(claimed)) proxy.holdAnswers();
    return answer;
  });
  try {
    const slow = await payment.replica({ through: proxy });
    const charge = (by?: App) =>
      payment.deliver(
        paymentCharge,
        { orderId, customerId: 'customer-17', amount: 2500, currency: 'EUR', paymentMethod: 'pm_ok' },
        newId(),
        by,
      );
    const late = charge(slow);
    const leaseHasEnded = () => payment.query(`SELECT 1 FROM payments WHERE lease_expires_at < clock_timestamp()`);
    await eventually('the lease has ended', async () => (await leaseHasEnded()).length > 0);
    expect(asked).toEqual([]);
    await charge();
    expect(asked).toEqual(['GET', 'POST']);

    holds = false;
    proxy.heal();
    await late;
    await payment.retryParked();
    expect(asked.filter((method) => method === 'POST')).toHaveLength(1);
    expect(await payment.sent(orderId)).toEqual(['payment.charged.v1']);
  } finally {
    proxy.heal();
    await payment.close();
    await proxy.close();
    end();
  }
});

describe('GET /api/payments', () => {
  test('of an id in capitals answers with its one form', async () => {
    const orderId = newId();
    await charge(orderId);
    const { payload } = await service.app.inject(`/api/payments?orderId=${orderId.toUpperCase()}`);
    expect(JSON.parse(payload)).toMatchObject([{ orderId }]);
    expect(payload).not.toContain(orderId.toUpperCase());
  });

  test('of an order that nobody knows is an empty list', async () => {
    expect((await service.app.inject(`/api/payments?orderId=${newId()}`)).json()).toEqual([]);
  });

  test.each([
    ['without an order', '', 'orderId'],
    ['of an id that is no uuid', '?orderId=1', 'orderId'],
    ['with a parameter that nobody knows', `?orderId=${newId()}&all=1`, 'all'],
  ])('%s is refused by the name of the parameter', async (_, query, path) => {
    expect(problemIn(await service.app.inject(`/api/payments${query}`))).toMatchObject({ status: 400, errors: [{ path }] });
  });
});
