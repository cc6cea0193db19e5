import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { notificationRemember, notificationSend, orderConfirmed } from '@waybill/contracts';
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
import { notificationMigrations } from './migrations/index.js';
import { NotificationModule } from './notification.module.js';

type App = Awaited<ReturnType<typeof createService>>;

let issuer: IssuerUnderTest;
let world: OutsideWorld;
let service: ServiceUnderTest<App>;
beforeAll(async () => {
  issuer = await issuerUnderTest();
  world = await outsideWorld();
  const smtp = { ...world.smtp, stepTimeoutMs: 6_000 };
  const { config: identity } = issuer;
  service = await ServiceUnderTest.make({
    migrations: [...messagingMigrations, ...notificationMigrations],
    create: (config) => createService(NotificationModule, { service: 'notification', smtp, ...config, identity }),
    messagingOf: (app: App) => app.get(Messaging),
  });
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
