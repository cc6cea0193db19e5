import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { notificationRemember, notificationSend, orderConfirmed } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import {
  type IssuerUnderTest,
  issuerUnderTest,
  outsideWorld,
  type OutsideWorld,
  problemIn,
  ServiceUnderTest,
} from '@waybill/testing';
import { type App, notificationService } from '../test/notification-under-test.js';

let issuer: IssuerUnderTest;
let world: OutsideWorld;
let service: ServiceUnderTest<App>;
beforeAll(async () => {
  issuer = await issuerUnderTest();
  world = await outsideWorld();
  service = await ServiceUnderTest.make(notificationService(world.smtp, { identity: issuer.config }));
});
afterAll(() => service.close());
afterAll(() => world.end());
afterAll(() => issuer.close());

const mailsOf = async (orderId: string, sub: string, roles: string[]) => {
  const headers = { authorization: `Bearer ${await issuer.tokenOf({ sub, roles })}` };
  return service.app.inject({ url: `/api/notifications?orderId=${orderId}`, headers });
};

test("an order's mails are listed for its customer, support and programs, and for nobody else", async () => {
  const orderId = newId();
  await service.deliver(notificationRemember, { orderId, customerId: 'ada', email: 'ada@example.com' }, newId());
  await service.deliver(orderConfirmed, { orderId, version: 2, confirmedAt: '2026-11-24T08:00:00.000Z' }, newId());
  await service.deliver(notificationSend, { orderId, outcome: 'confirmed' }, newId());
  for (const [sub, role] of [
    ['ada', 'customer'],
    ['sue', 'support'],
    ['tools', 'machine'],
  ] as const)
    expect((await mailsOf(orderId, sub, [role])).json()).toMatchObject([{ orderId, outcome: 'confirmed', status: 'sent' }]);
  expect((await mailsOf(orderId, 'eve', ['customer'])).json()).toEqual([]);
  expect((await mailsOf(newId(), 'eve', ['customer'])).json()).toEqual([]);
  expect(problemIn(await mailsOf(orderId, 'otto', ['operator']))).toMatchObject({ status: 403 });
  expect(problemIn(await service.app.inject(`/api/notifications?orderId=${orderId}`))).toMatchObject({ status: 401 });
});
