import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { tcpProxy, testStack } from '@waybill/testing';
import { gate, World } from '../test/world.js';
import { batchedRead } from './batched.js';
import { CommitRefused, CommitUnknown } from './errors.js';
import { SharedTransaction } from './shared-transaction.js';
import { inTrace } from './trace.js';
import { type Transaction, UnitOfWork } from './transaction.js';
import { defaultTuning } from './tuning.js';

let world: World;
let shared: SharedTransaction;
beforeAll(async () => {
  world = await World.make('kafka', { deployed: false });
  shared = new SharedTransaction(world.sender, defaultTuning);
});
afterEach(async () => void (await world.query('TRUNCATE effect, outbox')));
afterAll(() => world.close());

/** Writes its number and tells in which transaction. */
const write = (n: number) => async (tx: Transaction) => {
  const [row] = await tx.query<{ xid: string }>(
    `INSERT INTO effect (message_id, key, n, attempt) VALUES (gen_random_uuid(), 'part', $1, 1) RETURNING pg_current_xact_id()::text AS xid`,
    [n],
  );
  return row!.xid;
};
const written = async () => (await world.effects()).map(({ n }) => n).sort();

/** Holds a first transaction open until everything in `start` waits behind it. */
async function behindAnother<T>(start: () => Promise<T>): Promise<T> {
  const held = gate();
  const first = shared.run(() => held.opened);
  const result = start();
  held.open();
  await first;
  return result;
}

describe('a shared transaction', () => {
  test('is one for all that waited, and each gets its own result', async () => {
    const xids = await behindAnother(() => Promise.all([1, 2, 3].map((n) => shared.run(write(n)))));
    expect(new Set(xids).size).toBe(1);
    expect(await shared.run(write(4))).not.toBe(xids[0]);
    expect(await written()).toEqual([1, 2, 3, 4]);
  });

  test('takes one connection of the pool, however many wait for it', async () => {
    const database = await world.database.another({ poolSize: 2 });
    const unitOfWork = new UnitOfWork(database, world.service);
    const together = new SharedTransaction(unitOfWork, defaultTuning);
    const held = gate();
    const parts = [together.run(() => held.opened), ...Array.from({ length: 99 }, (_, n) => together.run(write(n)))];
    await unitOfWork.run(write(100));
    expect(await written()).toEqual([100]);
    held.open();
    await Promise.all(parts);
    expect(await written()).toHaveLength(100);
  });

  test('of one part asks once for what the part asks at the same time', async () => {
    const echo = batchedRead<[n: string], { n: string; at: string }>(
      'SELECT n, statement_timestamp()::text AS at FROM unnest($1::text[]) AS n',
      ({ n }) => n,
    );
    const rows = (await shared.run((tx) => Promise.all(['1', '2', '3'].map((n) => tx.batched(echo, n))))).flat();
    expect(rows.map(({ n }) => n)).toEqual(['1', '2', '3']);
    expect(new Set(rows.map(({ at }) => at)).size).toBe(1);
  });

  test('holds at most a batch', async () => {
    const pairs = new SharedTransaction(world.sender, { ...defaultTuning, sharedParts: 2 });
    const held = gate();
    const first = pairs.run(() => held.opened);
    const xids = Promise.all([1, 2, 3, 4].map((n) => pairs.run(write(n))));
    held.open();
    await first;
    const [a, b, c, d] = await xids;
    expect([a === b, b === c, c === d]).toEqual([true, false, true]);
  });

  test('in which one throws saves the others, each in its own', async () => {
    const calls: number[] = [];
    const parts = [1, 2, 3].map((n) => async (tx: Transaction) => {
      calls.push(n);
      const xid = await write(n)(tx);
      if (n === 2) throw new Error('no');
      return xid;
    });
    const [one, two, three] = await behindAnother(() => Promise.allSettled(parts.map((part) => shared.run(part))));
    expect([one!.status, two, three!.status]).toMatchObject(['fulfilled', { reason: { message: 'no' } }, 'fulfilled']);
    expect(await written()).toEqual([1, 3]);
    expect(calls.sort()).toEqual([1, 1, 2, 2, 3]);
  });

  test('in which one swallows a failed query refuses only that one', async () => {
    const bad = (tx: Transaction) => tx.query('SELECT 1 / 0').catch(() => undefined);
    const results = await behindAnother(() => Promise.allSettled([shared.run(write(1)), shared.run(bad), shared.run(write(3))]));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((results[1] as PromiseRejectedResult).reason).toBeInstanceOf(CommitRefused);
    expect(await written()).toEqual([1, 3]);
  });

  test('that meets a lock lets the others go on without whoever waits for it', async () => {
    await world.sender.run(write(1));
    const locked = gate();
    const done = gate();
    const holder = world.sender.run(async (tx) => {
      await tx.query('SELECT 1 FROM effect FOR UPDATE');
      locked.open();
      await done.opened;
    });
    await locked.opened;
    const waits = behindAnother(async () => {
      let calls = 0;
      const late = shared.run(async (tx) => {
        // The first call shares its transaction and must not wait for long. The second one runs alone and may wait, until the
        // spec has seen the others.
        if (++calls === 2) await tx.query(`SET LOCAL lock_timeout = '30s'`);
        return tx.query('UPDATE effect SET n = 10 WHERE n = 1');
      });
      await shared.run(write(2));
      return { late };
    });
    const { late } = await waits;
    expect(await written()).toEqual([1, 2]);
    done.open();
    await holder;
    await late;
    expect(await written()).toEqual([10, 2]);
  });

  test('closes each part behind it', async () => {
    let kept: Transaction | undefined;
    const late: unknown[] = [];
    await behindAnother(() =>
      Promise.all([
        shared.run(async (tx) => void (kept ??= tx)),
        shared.run(async (tx) => {
          await write(2)(tx);
          late.push(await kept!.query('SELECT 1').catch((error: Error) => error.message));
        }),
      ]),
    );
    expect(late).toEqual([expect.stringContaining('came too late: its part of a shared transaction has ended')]);
    expect(await written()).toEqual([2]);
  });

  test('sends what each part sends, in the trace of whoever asked for it', async () => {
    const traces = ['a', 'b'].map((digit) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`);
    const told: number[] = [];
    await behindAnother(() =>
      Promise.all(
        traces.map((trace, n) =>
          inTrace(trace, {}, () =>
            shared.run(async (tx) => {
              tx.send(world.contract, { key: 'part', n: n + 1 });
              tx.afterCommit(() => told.push(n));
            }),
          ),
        ),
      ),
    );
    const sent = await world.query<{ body: Buffer }>('SELECT body FROM outbox ORDER BY id');
    const traceIds = sent.map(({ body }) => (JSON.parse(body.toString()) as { traceparent: string }).traceparent.slice(3, 35));
    expect(traceIds).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
    expect(told).toEqual([0, 1]);
  });

  test('whose connection breaks during the commit runs nothing again: nobody knows whether it is saved', async () => {
    const proxy = await tcpProxy(testStack().postgres);
    const unitOfWork = new UnitOfWork(await world.database.another({ through: proxy }), world.service);
    const behindProxy = new SharedTransaction(unitOfWork, defaultTuning);
    const held = gate();
    const first = behindProxy.run(() => held.opened);
    let calls = 0;
    const results = Promise.allSettled(
      [1, 2].map((n) =>
        behindProxy.run(async (tx) => {
          calls++;
          await write(n)(tx);
          if (n === 2) proxy.holdAnswers();
        }),
      ),
    );
    held.open();
    await first;
    await world.effectsReach(2);
    proxy.cut();
    expect((await results).map((result) => (result as PromiseRejectedResult).reason)).toEqual([
      expect.any(CommitUnknown),
      expect.any(CommitUnknown),
    ]);
    expect([await written(), calls]).toEqual([[1, 2], 2]);
    proxy.heal();
    await proxy.close();
  });
});
