import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Contract, text } from '@waybill/contract-kit';
import fc from 'fast-check';
import { contractOf } from '../../test/contract.js';
import { bench } from '../../test/delivery.js';
import { hostileBodies } from '../../test/hostile.js';
import { World } from '../../test/world.js';
import { encode } from '../envelope.js';
import { dayOf, newId } from '../ids.js';
import { messagesTotal } from '../metrics.js';
import { idOf } from '../../test/poison.js';
import { judgedAt, receive } from './received.js';
import { defaultTuning } from '../tuning.js';

test('whatever arrives can be handled or parked: 10,000 envelopes with up to three things wrong', () => {
  const happened = contractOf('kafka', 'order');
  const valid = () => encode(happened, { key: 'o-1', n: 1 }, 'order', newId(), undefined).body;
  const known = new Map<string, Contract>([[happened.type, happened as Contract]]);
  const seen = { message: 0, poison: 0, unknown: 0, skip: 0 };
  const storable = text(200);
  // Drawn once in some ten thousand.
  const unknownWithSuchAKey = {
    ...JSON.parse(valid().toString()),
    type: 'order.from-the-future.v1',
    partitionkey: 'a\0b',
  } as object;
  fc.assert(
    fc.property(hostileBodies(valid), (body) => {
      const raw = { body, stream: 'order.events', source: 'order.events/0@7', ordered: true };
      const received = judgedAt(
        Date.now(),
        receive(raw, known, () => true),
        defaultTuning.inboxDays,
      );
      seen[received.what] += 1;
      for (const value of [received.type, received.key, received.traceparent ?? '-'])
        expect({ value, storable: storable.safeParse(value).success }).toEqual({ value, storable: true });
      expect(received.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(dayOf(received.id)).toMatch(/^\d{4}-\d\d-\d\d$/);
      if (received.what === 'message') expect(received.key).toBe((received.data as { key: string }).key);
    }),
    { numRuns: 10_000, examples: [[Buffer.from(JSON.stringify(unknownWithSuchAKey))]] },
  );
  // Not vacuous: every way out was taken often.
  for (const what of ['message', 'poison', 'unknown'] as const) expect(seen[what]).toBeGreaterThan(50);
});

let world: World;
beforeAll(async () => {
  world = await World.make('kafka', { deployed: false });
});
afterAll(() => world.close());

test('300 batches of such envelopes, each with a healthy neighbour: every neighbour is handled, and no delivery throws', async () => {
  const { delivery, batch } = bench(world);
  let healthy = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        hostileBodies(() => world.message({ key: 'ill', n: 1 }).body),
        { minLength: 1, maxLength: 3 },
      ),
      async (bodies) => {
        await delivery.deliver(batch(...bodies.map((body) => ({ body })), world.message({ key: `healthy${++healthy}`, n: 1 })));
      },
    ),
    { numRuns: 300 },
  );
  const effects = await world.effects();
  expect(effects.filter(({ key }) => key.startsWith('healthy'))).toHaveLength(healthy);
  expect((await world.parked()).some(({ state }) => state === 'dead')).toBe(true);
});

test('what no table takes is parked as bytes, whatever let it pass', async () => {
  const { delivery, batch } = bench(world);
  const [received] = batch(world.message({ key: 'unstorable', n: 1 }));
  await delivery.deliver([{ ...received!, id: 'no uuid at all' }, ...batch(world.message({ key: 'beside', n: 1 }))]);
  await world.effectsReach(1, { key: 'beside' });
  expect((await world.parked()).filter(({ type }) => type === 'undecodable')).toContainEqual(
    expect.objectContaining({ state: 'dead', body: received!.body }),
  );
});

test('types that no contract names are one figure, however many there are', async () => {
  const { delivery, batch } = bench(world);
  const types = Array.from({ length: 300 }, (_, n) => `${world.service}.invented-${n}.v1`);
  const typesCounted = async () => (await messagesTotal.get()).values.map(({ labels }) => String(labels.type));
  const old = idOf(Date.now() - 20 * 86_400_000);
  const messages = types.map((type, n) =>
    world.message({ key: type, n: 1 }, (envelope) => ({
      ...envelope,
      type,
      ...(n % 3 === 0 && { id: old.replace(/...$/, `${n + 100}`) }),
    })),
  );
  await delivery.deliver(batch(...messages));
  const [parked] = await world.query(`SELECT count(*)::int AS rows FROM parked WHERE type LIKE $1`, [
    `${world.service}.invented%`,
  ]);
  expect(parked).toEqual({ rows: 300 });
  expect((await typesCounted()).filter((type) => types.includes(type))).toEqual([]);
  expect(await typesCounted()).toContain('unknown');
  await world.query(`DELETE FROM parked WHERE unknown`);
});

test.each([
  ['fifteen days ahead', 15],
  ['an hour behind', -1 / 24],
])('a process whose clock is %s settles nothing by it: no dead letter, and the log says how far it is off', async (_, days) => {
  const { delivery, batch } = bench(world);
  const message = world.message({ key: `clock ${days}`, n: 1 });
  const now = Date.now;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + days * 86_400_000);
  try {
    await expect(delivery.deliver(batch(message))).rejects.toThrow(
      /clock of this process is \d+ s (ahead of|behind) its database's/,
    );
  } finally {
    clock.mockRestore();
  }
  expect(await world.parked()).not.toContainEqual(expect.objectContaining({ message_id: message.id }));
  await delivery.deliver(batch(message));
  expect(await world.effects(`clock ${days}`)).toHaveLength(1);
});

test('data that does not fit, under the key of a real order, does not hold that order', async () => {
  const { delivery, batch } = bench(world);
  const forged = world.message({ key: 'real', n: 1 }, (envelope) => ({ ...envelope, data: {} }));
  await delivery.deliver(batch(forged, world.message({ key: 'real', n: 1 })));
  expect(await world.effects('real')).toHaveLength(1);
  expect(await world.parked(forged.id)).toMatchObject([
    { state: 'dead', message_id: forged.id, errors: [{ error: expect.stringContaining('does not fit') }] },
  ]);
});
