import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { reason } from '@waybill/contracts';
import { newId, Transient } from '@waybill/messaging';
import fc from 'fast-check';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from './provider.js';

/** The provider's answers to the next calls, which may ask for anything. */
let answer: { status: number; body: string };
const KEY = 'our key';
let connections = 0;
let shown: string | undefined;
const server = createServer((request, response) => {
  shown = request.headers.authorization;
  request.resume().on('end', () => response.writeHead(answer.status, { location: '/elsewhere' }).end(answer.body));
}).on('connection', () => (connections += 1));
let provider: Provider;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  provider = new Provider({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: KEY, callDeadlineMs: 5_000 });
});
beforeEach(() => {
  answer = { status: 200, body: '' };
});
afterAll(() => {
  server.close();
});

const orderId = newId();
const money = { orderId, amount: 2500, currency: 'EUR' };
const calls = {
  charge: () => provider.charge({ ...money, paymentMethod: 'pm_ok' }),
  'look-up': () => provider.lookUp(orderId),
  reversal: () => provider.reverse(money, 1),
};
const everyCall = Object.entries(calls);

const anything = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('', '\0', '\ud800', undefined),
);
const long = fc
  .tuple(fc.constantFrom('x', '😀'), fc.integer({ min: 180, max: 50_000 }))
  .map(([unit, times]) => unit.repeat(times));

test.each([
  ['a charge', 'outcome', calls.charge],
  ['an earlier charge', 'state', calls['look-up']],
])('%s that was declined is declined, whatever the provider gives as the reason', async (_, field, call) => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anything, long), async (words) => {
      answer = { status: 200, body: JSON.stringify({ [field]: 'declined', reason: words }) };
      const outcome = await call();
      expect(outcome).toMatchObject({ outcome: 'declined' });
      expect(reason.safeParse((outcome as { reason: string }).reason).error).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

test.each(everyCall)('what the provider answers to a %s is understood, or the outcome is unknown', async (_, call) => {
  const words = fc.constantFrom('charged', 'declined', 'refunded', 'closed', 'none', '__proto__', '');
  const agreed = fc.record({ outcome: words, state: words, reason: anything, amount: anything, currency: anything });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        agreed.map((body) => JSON.stringify(body)),
      ),
      async (body) => {
        answer = { status: 200, body };
        // A person has to see that the provider gave back other money than it had charged.
        const error = await call().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error !== undefined && !String(error).includes('were given back')) expect(error).toBeInstanceOf(Transient);
      },
    ),
    { numRuns: 300 },
  );
});

// Patience is the default: a right may be missing for an hour, a proxy may know no route, a limit on calls may be reached.
test.each([301, 304, 401, 402, 403, 404, 405, 408, 409, 410, 418, 425, 429, 451, 499, 500, 502, 503, 504, 529])(
  'a %i says nothing of the money: it is asked again',
  async (status) => {
    answer = { status, body: '' };
    for (const [, call] of everyCall) await expect(call()).rejects.toBeInstanceOf(Transient);
  },
);

test.each([400, 422])('a %i is our own fault, and asking again does not help', async (status) => {
  answer = { status, body: '' };
  for (const [, call] of everyCall) await expect(call()).rejects.not.toBeInstanceOf(Transient);
});

test('every call shows our key, and one that is not known any more is tried again: somebody may be changing it', async () => {
  answer = { status: 401, body: '' };
  for (const [, call] of everyCall) {
    shown = undefined;
    await expect(call()).rejects.toBeInstanceOf(Transient);
    expect(shown).toBe(`Bearer ${KEY}`);
  }
});

test('a provider that is not there is asked again', async () => {
  const nobody = new Provider({ url: 'http://127.0.0.1:1', key: 'none', callDeadlineMs: 1_000 });
  await expect(nobody.lookUp(orderId)).rejects.toBeInstanceOf(Transient);
});

test('calls that follow one another share a connection', async () => {
  answer = { status: 200, body: '{"state":"none"}' };
  await provider.lookUp(orderId);
  const before = connections;
  for (let call = 0; call < 20; call++) await provider.lookUp(orderId);
  expect(connections).toBe(before);
});

test.each([
  ['breaks off', (response: ServerResponse) => response.destroy()],
  ['does not end', () => undefined],
  ['does not end being large', (response: ServerResponse) => response.write('x'.repeat(300_000))],
])('an answer that %s in its middle leaves the outcome unknown, and the next call has its own', async (_, goOn) => {
  let asked = 0;
  const breaking = createServer((request, response) => {
    asked += 1;
    if (asked > 1) response.end('{"state":"charged"}');
    else response.write('{"state":', () => goOn(response));
    request.resume();
  });
  await once(breaking.listen(0, '127.0.0.1'), 'listening');
  const { port } = breaking.address() as AddressInfo;
  const unsteady = new Provider({ url: `http://127.0.0.1:${port}`, key: KEY, callDeadlineMs: 500 });
  await expect(unsteady.lookUp(orderId)).rejects.toBeInstanceOf(Transient);
  expect(await unsteady.lookUp(orderId)).toEqual({ outcome: 'charged' });
  breaking.close();
});

test.each([400, 429, 500, 200])('nothing that the provider says in an answer %i gets into the error', async (status) => {
  answer = { status, body: JSON.stringify({ outcome: 'Canary', detail: 'Canary <canary@example.com> 4111 1111 1111 1111' }) };
  for (const [, call] of everyCall) {
    const error = await call().then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect([error?.message, (error?.cause as Error | undefined)?.message].join()).not.toMatch(/canary|4111/i);
  }
});

test('the reason of a decline is told without an address and a card number: it travels by Kafka', async () => {
  answer = { status: 200, body: JSON.stringify({ outcome: 'declined', reason: '4111 1111 1111 1111 of canary@example.com' }) };
  expect(await calls.charge()).toEqual({ outcome: 'declined', reason: '(card number) of (e-mail)' });
});
