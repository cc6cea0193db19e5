import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { paymentCancel, paymentCharge } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import {
  type IssuerUnderTest,
  issuerUnderTest,
  outsideWorld,
  type OutsideWorld,
  problemIn,
  ServiceUnderTest,
} from '@waybill/testing';
import { type App, paymentService } from '../test/payment-under-test.js';

let issuer: IssuerUnderTest;
let world: OutsideWorld;
let service: ServiceUnderTest<App>;
beforeAll(async () => {
  issuer = await issuerUnderTest();
  world = await outsideWorld();
  service = await ServiceUnderTest.make(paymentService(world.provider, { identity: issuer.config }));
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
