import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { newId, Transient } from '@waybill/messaging';
import { outsideWorld, type OutsideWorld } from '@waybill/testing';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { composeMail } from './compose-mail.js';
import { Mailer, MAILS_AT_ONCE } from './mailer.js';

let world: OutsideWorld;
beforeAll(async () => {
  world = await outsideWorld();
});
afterAll(() => world.end());
afterEach(() => world.faults());

let toEnd: (() => void)[];
beforeEach(() => {
  toEnd = [];
});
afterEach(() => toEnd.forEach((end) => end()));

function mailer(
  { tls, ...smtp }: { host: string; port: number; password?: string; tls?: OutsideWorld['smtp']['tls'] },
  deadlineMs: number,
  stepTimeoutMs = 60_000,
): Mailer {
  const made = new Mailer(
    { user: 'notification', password: 'of a spec', startTls: tls !== undefined, ...smtp, stepTimeoutMs },
    deadlineMs,
  );
  toEnd.push(() => made.onApplicationShutdown());
  return made;
}

/** A server that greets each client with the words that the test gives it. */
async function serverThat(greets: (socket: Socket) => void) {
  const server = createServer(greets).listen(0, '127.0.0.1');
  toEnd.push(() => server.close());
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

test.each([
  ['under an internationalised top level domain', 'ada@xn--e1afmkfd.xn--p1ai'],
  ['as long as an address may be', `${'x'.repeat(64)}@${'xyz.'.repeat(46)}xy.co`],
])('a mail is delivered to an address %s', async (_, to) => {
  const orderId = newId();
  await mailer(world.smtp, 10_000).send(to, composeMail(orderId, 'confirmed'));
  expect(await world.mails(orderId)).toMatchObject([{ effect: true }]);
});

test('a server may take longer for a mail than to greet: it gets each mail once, and each is known as sent', async () => {
  await world.faults({ mail: { slowMs: 1_000 } });
  const orders = Array.from({ length: 2 * MAILS_AT_ONCE }, () => newId());
  const sender = mailer(world.smtp, 10_000, 500);
  for (let n = 0; n < orders.length; n += MAILS_AT_ONCE)
    await Promise.all(
      orders.slice(n, n + MAILS_AT_ONCE).map((id) => sender.send('ada@example.com', composeMail(id, 'confirmed'))),
    );
  for (const id of orders) expect(await world.mails(id)).toMatchObject([{ effect: true, answered: true }]);
});

test('a password that the server does not know says nothing about a mail: it is tried again', async () => {
  const orderId = newId();
  const stranger = mailer({ ...world.smtp, password: 'a guess' }, 10_000);
  await expect(stranger.send('ada@example.com', composeMail(orderId, 'confirmed'))).rejects.toBeInstanceOf(Transient);
  expect(await world.mails(orderId)).toEqual([]);
});

test('nothing is sent after send has rejected: what waited for a conversation has none any more', async () => {
  await world.faults({ mail: { slowMs: 400 } });
  const orders = Array.from({ length: 6 * MAILS_AT_ONCE }, () => newId());
  const sender = mailer(world.smtp, 600);
  const sent = await Promise.allSettled(orders.map((id) => sender.send('ada@example.com', composeMail(id, 'confirmed'))));
  const taken = sent.filter(({ status }) => status === 'fulfilled').length;

  // A mail that were still in a queue would go out before this one.
  await world.faults();
  await sender.send('ada@example.com', composeMail(newId(), 'confirmed')).catch(() => undefined);
  const conversations = (await Promise.all(orders.map((id) => world.mails(id)))).flat().length;
  expect(conversations).toBeLessThanOrEqual(taken + MAILS_AT_ONCE);
});

test('a conversation ends at its deadline: the connection is closed', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const silent = await serverThat((socket) => socket.on('error', () => {}).on('close', () => resolve()));
  const sending = mailer(silent, 200).send('ada@example.com', composeMail(newId(), 'confirmed'));
  await expect(sending).rejects.toMatchObject({ name: 'Transient', message: expect.stringContaining('no end after 200 ms') });
  await closed;
});

test.each([
  ['greets with 554', '554 No SMTP service here\r\n'],
  ['is too busy', '421 Too many connections\r\n'],
])('a mail server that %s may take the mail another time', async (_, greeting) => {
  const server = await serverThat((socket) => socket.on('error', () => {}).end(greeting));
  const sending = mailer(server, 5_000).send('ada@example.com', composeMail(newId(), 'confirmed'));
  await expect(sending).rejects.toMatchObject({ name: 'Transient' });
});

test('a mail server that is not there may take the mail another time', async () => {
  const sending = mailer({ host: '127.0.0.1', port: 1 }, 5_000).send('ada@example.com', composeMail(newId(), 'confirmed'));
  await expect(sending).rejects.toMatchObject({ name: 'Transient' });
});
