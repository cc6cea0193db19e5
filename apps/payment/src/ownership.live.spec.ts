import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { paymentCancel, paymentCharge } from '@waybill/contracts';
import { Messaging, messagingMigrations, newId } from '@waybill/messaging';
import { createService } from '@waybill/service';
import {
  type IssuerUnderTest,
  issuerUnderTest,
  outsideWorld,
  type OutsideWorld,
  problemIn,
  ServiceUnderTest,
} from '@waybill/testing';
import { paymentMigrations } from './migrations/index.js';
import { PaymentModule } from './payment.module.js';

type App = Awaited<ReturnType<typeof createService>>;

let issuer: IssuerUnderTest;
let world: OutsideWorld;
let service: ServiceUnderTest<App>;
beforeAll(async () => {
  issuer = await issuerUnderTest();
  world = await outsideWorld();
  const provider = { ...world.provider, callDeadlineMs: 8_000 };
  const { config: identity } = issuer;
  service = await ServiceUnderTest.make({
    migrations: [...messagingMigrations, ...paymentMigrations],
    create: (config) => createService(PaymentModule, { service: 'payment', provider, ...config, identity }),
    messagingOf: (app: App) => app.get(Messaging),
  });
});
afterAll(() => service.close());
afterAll(() => world.end());
afterAll(() => issuer.close());

const paymentsOf = async (orderId: string, sub: string, roles: string[]) => {
  const headers = { authorization: `Bearer ${await issuer.tokenOf({ sub, roles })}` };
  return service.app.inject({ url: `/api/payments?orderId=${orderId}`, headers });
};

test("an order's payment is listed for its customer, support and programs, and for nobody else", async () => {
  const orderId = newId();
  const charge = { orderId, customerId: 'ada', amount: 2500, currency: 'EUR', paymentMethod: 'pm_ok' };
  await service.deliver(paymentCharge, charge, newId());
  for (const [sub, role] of [
    ['ada', 'customer'],
    ['sue', 'support'],
    ['tools', 'machine'],
  ] as const)
    expect((await paymentsOf(orderId, sub, [role])).json()).toMatchObject([{ orderId, status: 'charged' }]);
  // In the words for an order that does not exist.
  expect((await paymentsOf(orderId, 'eve', ['customer'])).json()).toEqual([]);
  expect((await paymentsOf(newId(), 'eve', ['customer'])).json()).toEqual([]);
  expect(problemIn(await paymentsOf(orderId, 'otto', ['operator']))).toMatchObject({ status: 403 });
  expect(problemIn(await service.app.inject(`/api/payments?orderId=${orderId}`))).toMatchObject({ status: 401 });
});

test("a payment whose customer nobody has said is nobody's: no customer sees it", async () => {
  const orderId = newId();
  await service.deliver(paymentCancel, { orderId, amount: 2500, currency: 'EUR' }, newId());
  expect((await paymentsOf(orderId, 'sue', ['support'])).json()).toMatchObject([{ orderId }]);
  expect((await paymentsOf(orderId, 'null', ['customer'])).json()).toEqual([]);
});
