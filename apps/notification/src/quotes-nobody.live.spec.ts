import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { notificationRemember, notificationSend, orderConfirmed } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { outsideWorld, type OutsideWorld, ServiceUnderTest, stdoutOf } from '@waybill/testing';
import { type App, notificationService } from '../test/notification-under-test.js';

const CANARY = /canary/i;
const email = 'canary.of.the.mine@canary.example';

let world: OutsideWorld;
let service: ServiceUnderTest<App>;
const written = stdoutOf(jest);
beforeAll(async () => {
  world = await outsideWorld();
  service = await ServiceUnderTest.make(notificationService(world.smtp, { logLevel: 'debug' }));
});
afterEach(() => world.faults());
afterAll(() => service.close());
afterAll(() => world.end());

const at = '2026-11-24T08:00:00.000Z';
const place = (orderId: string) => service.deliver(notificationRemember, { orderId, customerId: 'customer-17', email }, newId());

/** Everything that leaves the service but for its mails, and the evidence of what it could not handle. */
async function toldBy(orderId: string): Promise<string> {
  const errors = (await service.parked()).map((parked) => JSON.stringify(parked.errors));
  const answer = await service.app.inject(`/api/notifications?orderId=${orderId}`);
  const metrics = await service.app.inject('/metrics');
  return [...errors, answer.body, metrics.body, ...written()].join('\n');
}

test.each([
  ['for now', { refuse: 1 }, /Refused for now/],
  ['for good', { reject: 1 }, /Refused for good/],
])('what the mail server says when it refuses %s is told without the address that it quotes', async (_, mail, words) => {
  const orderId = newId();
  await place(orderId);
  await service.deliver(orderConfirmed, { orderId, version: 2, confirmedAt: at }, newId());
  await world.faults({ mail });
  await service.deliver(notificationSend, { orderId, outcome: 'confirmed' }, newId());
  const told = await toldBy(orderId);
  expect(told).toMatch(words);
  expect(told).not.toMatch(CANARY);
});

test('a row that the database refuses is not quoted', async () => {
  await service.query(`ALTER TABLE recipients ADD CONSTRAINT no_birds CHECK (email NOT LIKE 'canary%') NOT VALID`);
  const orderId = newId();
  await place(orderId);
  const told = await toldBy(orderId);
  expect(told).toMatch(/violates check constraint/);
  expect(told).not.toMatch(CANARY);
});
