import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { queueOf } from '@waybill/contract-kit';
import { eventually } from '@waybill/testing';
import type { Payload } from '../../test/contract.js';
import { World } from '../../test/world.js';
import { Transient } from '../errors.js';
import type { Message } from '../message.js';
import { park } from '../parking/parking.js';
import { insertIntoInbox } from './inbox.js';

let world: World;
beforeEach(async () => {
  world = await World.make('rabbitmq');
});
afterEach(() => world.close());

/** An outside system that takes `callMs` for each call. It notes the calls, and the most that it saw at one time. */
function slow(callMs: number) {
  const seen = { calls: [] as string[], atOnce: 0, most: 0 };
  const call = async ({ key }: Message<Payload>) => {
    seen.calls.push(key);
    seen.most = Math.max(seen.most, ++seen.atOnce);
    await new Promise((resolve) => setTimeout(resolve, callMs));
    seen.atOnce--;
  };
  return { seen, call };
}

const commands = (count: number): Payload[] => Array.from({ length: count }, (_, n) => ({ key: `key-${n}`, n }));
const keys = (count: number): string[] => commands(count).map(({ key }) => key);

test('a command waits for its turn in front of its deadline: of a long queue each is called once, and none is given up', async () => {
  const { seen, call } = slow(200);
  await world.start({ outside: { call, atOnce: 2 }, tuning: { handlerDeadlineMs: 2_000 } });
  await world.send(...commands(30));
  await world.effectsReach(30);
  expect(seen.most).toBe(2);
  expect(seen.calls.toSorted()).toEqual(keys(30).toSorted());
  expect(await world.counted('failed')).toBe(0);
});

test('a stop waits for those that are called, and leaves with the broker what waits for its turn', async () => {
  const first = slow(400);
  const stopped = await world.start({ outside: { call: first.call, atOnce: 1 } });
  await world.send(...commands(6));
  await eventually('the first is called', () => first.seen.calls.length === 1);
  await stopped.stop();
  expect(first.seen.calls).toEqual(['key-0']);
  expect(await world.effects()).toHaveLength(1);

  const second = slow(0);
  await world.start({ outside: { call: second.call, atOnce: 1 } });
  await world.effectsReach(6);
  expect(second.seen.calls.toSorted()).toEqual(keys(6).slice(1).toSorted());
});

test('a copy that another worker parks at the moment in which the first one ends is gone with it', async () => {
  const { promise: written, resolve: copyIsWritten } = Promise.withResolvers<void>();
  let copied: Promise<void> | undefined;
  const call = async ({ id, type, key }: Message<Payload>) => {
    copied = world.sender.run(async (tx) => {
      await insertIntoInbox(tx, [id]);
      const copy = { id, type, key, body: Buffer.alloc(0), stream: queueOf(world.service), source: 'a copy', ordered: false };
      await park(tx, copy, { state: 'waiting', afterMs: 60_000, failures: 0, crashes: 0 });
      copyIsWritten();
      await eventually('the end of the first one waits for the copy', async () => {
        const waiting = await world.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      });
    });
    await written;
  };
  await world.start({ outside: { call } });
  await world.send({ key: 'copied', n: 1 });
  await world.effectsReach(1);
  await copied;
  expect(await world.parked()).toEqual([]);
});

test('a retry that finds every place taken comes back, and is not counted', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let failed = 0;
  const call = async ({ key }: Message<Payload>) => {
    if (key === 'failed' && ++failed === 1) throw new Transient('away for a moment');
    if (key === 'holds') await released;
  };
  await world.start({ outside: { call, atOnce: 1 }, tuning: { retryBackoffMs: 1_000, retryBackoffCapMs: 1_000 } });
  await world.send({ key: 'failed', n: 1 });
  await world.becomes('waiting', 'failed');
  await world.send({ key: 'holds', n: 1 });
  const [came] = await eventually('the retry has come back', async () => {
    const rows = await world.parked('failed');
    return rows[0]?.errors.at(-1)?.error.includes('busy') && rows;
  });
  expect(came).toMatchObject({ state: 'waiting', failures: 0 });
  release();
  await world.effectsReach(2);
  expect(failed).toBe(2);
});
