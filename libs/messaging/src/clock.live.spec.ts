import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { CommandContract } from '@waybill/contract-kit';
import { eventually } from '@waybill/testing';
import fc from 'fast-check';
import type { Payload } from '../test/contract.js';
import { bench } from '../test/delivery.js';
import { FakePublisher } from '../test/fake-publisher.js';
import { fastTuning, World } from '../test/world.js';
import { classify } from './parking/failure-class.js';
import type { Logger } from './message.js';
import { silent } from './message.js';
import { clockAheadSeconds } from './metrics.js';
import { judgedAt } from './receiving/received.js';
import { RelayLane, timerPoll } from './sending/relay.js';
import { UnitOfWork } from './transaction.js';
import { defaultTuning } from './tuning.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const tuning = { ...defaultTuning, ...fastTuning };
const rightTime = Date.now;

/** The clock of this process, off by so many milliseconds while `work` runs. */
async function off<T>(aheadMs: number, work: () => Promise<T>): Promise<T> {
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => rightTime() + aheadMs);
  return work().finally(() => clock.mockRestore());
}

let world: World;
beforeAll(async () => {
  world = await World.make('rabbitmq', { deployed: false });
});
afterEach(async () => void (await world.query('TRUNCATE effect, outbox, scheduled, parked, inbox')));
afterAll(() => world.close());

const send = (key: string) => world.sender.run(async (tx) => tx.send(world.contract, { key, n: 1 }));

describe('a process whose clock is off', () => {
  test.each([
    ['fifteen days ahead', 15 * DAY_MS, /1296000 s ahead of its database's/],
    ['fifteen days behind', -15 * DAY_MS, /1296000 s behind its database's/],
    ['six minutes ahead', 6 * MINUTE_MS, /360 s ahead of/],
  ])('%s sends nothing that its receivers would make a dead letter, and says so', async (key, aheadMs, words) => {
    const failure: unknown = await off(aheadMs, () => send(key)).catch((error: unknown) => error);
    expect([classify(failure), String(failure)]).toEqual(['transient', expect.stringMatching(words)]);
    expect(await world.outbox()).toEqual([]);
    await send(key);
    expect(await world.outbox()).toMatchObject([{ key }]);
  });

  test('or is not: what it may send, a receiver with the right clock takes', async () => {
    const { delivery } = bench(world);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.integer({ min: -20 * DAY_MS, max: 20 * DAY_MS }),
          fc.integer({ min: -6 * MINUTE_MS, max: 6 * MINUTE_MS }),
          fc.constantFrom(0, 4 * MINUTE_MS, -4 * MINUTE_MS),
        ),
        async (aheadMs) => {
          await world.query('DELETE FROM outbox');
          await off(aheadMs, () => send('drawn')).catch((error: unknown) => expect(classify(error)).toBe('transient'));
          for (const { body } of await world.query<{ body: Buffer }>('SELECT body FROM outbox')) {
            const stream = `${world.service}.work`;
            const received = delivery.receive({ body, stream, source: stream, ordered: false });
            expect(judgedAt(rightTime(), received, tuning.inboxDays)).toMatchObject({ what: 'message' });
          }
          if (Math.abs(aheadMs) <= 4 * MINUTE_MS) expect(await world.outbox()).toHaveLength(1);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('handles what sends nothing; what its handlers send waits, counts nothing, and is handled when the clock is right', async () => {
    const { delivery, retries, batch } = bench(world, {
      script: ({ key }, tx) => void (key === 'sends' && tx.send(world.contract, { key: 'answer', n: 1 })),
    });
    await off(DAY_MS, () =>
      delivery.deliver(batch(world.message({ key: 'sends', n: 1 }), world.message({ key: 'is silent', n: 1 }))),
    );
    expect((await world.effects()).map(({ key }) => key)).toEqual(['is silent']);
    expect(await world.parked()).toMatchObject([{ key: 'sends', state: 'waiting', failures: 0, crashes: 0 }]);
    await world.query(`UPDATE parked SET next_attempt_at = now()`);
    retries.start();
    await world.effectsReach(1, { key: 'sends' }).finally(() => retries.stop());
    expect(await world.outbox()).toMatchObject([{ key: 'answer' }]);
  });

  test('fires no timer and relays no row, for neither would be kept for its time; both go on when the clock is right', async () => {
    await send('row');
    await world.sender.run(async (tx) =>
      tx.schedule(world.contract as CommandContract<Payload>, { key: 'timer', n: 1 }, { afterMs: 0 }),
    );
    const told: string[] = [];
    const tell = (_: object, text: string) => void told.push(text);
    const log: Logger = { ...silent, info: tell, error: tell };
    const publisher = new FakePublisher('rabbitmq');
    const { dataSource } = world.database;
    const lane = new RelayLane(dataSource, publisher, tuning, log);
    let tries = 0;
    const timers = timerPoll(dataSource, new UnitOfWork(dataSource, world.service), tuning, {
      ...silent,
      warn: () => void (tries += 1),
    });
    try {
      await off(DAY_MS, async () => {
        lane.start();
        timers.start();
        await eventually('it has tried', () => tries > 2 && told.length > 0);
        expect(publisher.sent).toEqual([]);
        expect(await world.query('SELECT key FROM scheduled')).toEqual([{ key: 'timer' }]);
        expect((await clockAheadSeconds.get()).values[0]!.value).toBeCloseTo(86_400, -1);
      });
      await eventually('both have left', () => publisher.sent.length === 2);
    } finally {
      await Promise.all([lane.stop(), timers.stop()]);
    }
    expect(publisher.sent.map(({ key }) => key).toSorted()).toEqual(['row', 'timer']);
    // Once each, however often it has tried.
    expect(told).toEqual([
      `the clock of this process is 86400 s ahead of its database's: nothing is done until they agree`,
      'the clock of this process is right again',
    ]);
  });
});
