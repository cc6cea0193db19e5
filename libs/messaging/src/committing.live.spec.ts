import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { asSuperuser, deliversOnce, eventually, tcpProxy, type TcpProxy, testStack } from '@waybill/testing';
import { bench } from '../test/delivery.js';
import { gate, series, World } from '../test/world.js';
import { CommitRefused, CommitUnknown } from './errors.js';
import { classify } from './parking/failure-class.js';
import { type Transaction, UnitOfWork } from './transaction.js';

let world: World;
beforeAll(async () => {
  world = await World.make('kafka', { deployed: false });
});
afterEach(async () => void (await world.query('TRUNCATE effect, outbox, parked, inbox')));
afterAll(() => world.close());

const insert = `INSERT INTO effect (message_id, key, n, attempt) VALUES (gen_random_uuid(), 'unit', 1, 1)`;
const saved = async () => ({ effects: (await world.effects()).length, outbox: (await world.outbox()).length });

describe('a unit of work', () => {
  test('saves rows and messages together', async () => {
    await world.sender.run(async (tx) => {
      await tx.query(insert);
      tx.send(world.contract, { key: 'unit', n: 1 });
    });
    expect(await saved()).toEqual({ effects: 1, outbox: 1 });
  });

  test('in which an error was swallowed fails, although PostgreSQL reports no error at the commit', async () => {
    const work = world.sender.run(async (tx) => {
      await tx.query(insert);
      await tx.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(work).rejects.toThrow(CommitRefused);
    expect(await saved()).toEqual({ effects: 0, outbox: 0 });
  });

  test.each<[string, (tx: Transaction) => Promise<unknown>]>([
    ['ROLLBACK', (tx) => tx.query('ROLLBACK')],
    ['COMMIT', (tx) => tx.query(' /* done */ commit')],
    ['END, by TypeORM', (tx) => tx.manager.query('END')],
    ['a commit by TypeORM', (tx) => tx.manager.queryRunner!.commitTransaction()],
    ['ROLLBACK AND CHAIN', (tx) => tx.query('ROLLBACK AND CHAIN')],
    ['ROLLBACK behind another statement', (tx) => tx.manager.query('SELECT 1; ROLLBACK')],
  ])('in which a handler ends the transaction itself fails, and saves neither rows nor messages: %s', async (_, end) => {
    const work = world.sender.run(async (tx) => {
      await tx.query(insert);
      await end(tx);
      tx.send(world.contract, { key: 'unit', n: 1 });
    });
    await expect(work).rejects.toThrow(/ends its transaction|was ended/);
    expect(await saved()).toEqual({ effects: 0, outbox: 0 });
  });

  test('may have a part that is undone: what it sent is sent, and its rows are not there', async () => {
    await world.sender.run(async (tx) => {
      await tx.query(insert);
      await tx.query('SAVEPOINT part');
      await tx.query(insert);
      await tx.query('ROLLBACK TO SAVEPOINT part');
      const failed = tx.manager.transaction(async (manager) => {
        await manager.query(insert);
        throw new Error('no');
      });
      await expect(failed).rejects.toThrow('no');
      tx.send(world.contract, { key: 'unit', n: 1 });
    });
    expect(await saved()).toEqual({ effects: 1, outbox: 1 });
  });

  test('is closed after its flush: a send or query that comes later throws instead of being lost', async () => {
    let kept: Transaction | undefined;
    await world.sender.run(async (tx) => void (kept = tx));
    expect(() => kept!.send(world.contract, { key: 'unit', n: 1 })).toThrow(/came too late/);
    await expect(kept!.query(insert)).rejects.toThrow(/came too late/);
    expect(() => kept!.unschedule({ ...world.contract, kind: 'command' } as never, 'unit')).toThrow(/came too late/);
    expect(await saved()).toEqual({ effects: 0, outbox: 0 });
  });

  test('counts what has become true after its commit, and nothing of what was rolled back', async () => {
    const told: string[] = [];
    await world.sender.run(async (tx) => {
      tx.afterCommit(() => told.push('committed'));
      expect(told).toEqual([]);
    });
    const failed = world.sender.run(async (tx) => {
      tx.afterCommit(() => told.push('rolled back'));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(told).toEqual(['committed']);
  });

  test('is committed although what was to follow its commit fails', async () => {
    const told: string[] = [];
    const result = await world.sender.run(async (tx) => {
      await tx.query(insert);
      tx.afterCommit(() => {
        throw new Error('cannot count');
      });
      tx.afterCommit(() => told.push('the next one'));
      return 'saved';
    });
    expect([result, told, await saved()]).toEqual(['saved', ['the next one'], { effects: 1, outbox: 0 }]);
  });

  test('is closed after its rollback', async () => {
    let kept: Transaction | undefined;
    await expect(
      world.sender.run(async (tx) => {
        kept = tx;
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(() => kept!.send(world.contract, { key: 'unit', n: 1 })).toThrow(/rolled back/);
  });

  test('whose statement a migration has outdated fails as transient, and the next one is on a new connection', async () => {
    const read = () => world.sender.run((tx) => tx.query('SELECT * FROM effect'));
    await read();
    await world.query('ALTER TABLE effect ADD COLUMN later int');
    try {
      const failure: unknown = await read().catch((error: unknown) => error);
      expect([String(failure), classify(failure)]).toEqual([expect.stringContaining('cached plan'), 'transient']);
      expect(await read()).toEqual([]);
    } finally {
      await world.query('ALTER TABLE effect DROP COLUMN later');
    }
  });

  test.each([
    ['tx.query', (tx: Transaction) => tx.query('SELECT 1')],
    ['tx.manager', (tx: Transaction) => tx.manager.query('SELECT 1')],
  ])('whose connection breaks between two statements fails as transient in the next one: %s', async (_, next) => {
    const failure: unknown = await world.sender
      .run(async (tx) => {
        const [session] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await asSuperuser((client) => client.query('SELECT pg_terminate_backend($1, 60000)', [session!.pid]));
        await eventually('the broken connection is given back', () => tx.manager.queryRunner!.isReleased);
        await next(tx);
      })
      .catch((error: unknown) => error);
    expect([failure, classify(failure)]).toEqual([expect.any(Error), 'transient']);
  });

  test('whose connection breaks during the commit does not know, and says so', async () => {
    const proxy: TcpProxy = await tcpProxy(testStack().postgres);
    const behindProxy = await world.database.another({ through: proxy });
    const sent = gate();
    const work = new UnitOfWork(behindProxy, world.service).run(async (tx) => {
      await tx.query(insert);
      // From here on the server hears everything and is not heard.
      proxy.holdAnswers();
      sent.open();
    });
    await sent.opened;
    await world.effectsReach(1);
    proxy.cut();
    await expect(work).rejects.toThrow(CommitUnknown);
    expect(await saved()).toEqual({ effects: 1, outbox: 0 });
    proxy.heal();
    await proxy.close();
  });
});

describe('a handler', () => {
  let failing = false;
  const once = () =>
    bench(world, {
      script: (message, tx) => {
        tx.send(world.contract, { key: 'answer', n: message.data.n });
        if (!failing) return;
        failing = false;
        throw new Error('no');
      },
    });

  // A failed delivery parks the message; its retry is the next delivery.
  deliversOnce({
    message: () => world.message({ key: 'once', n: 1 }),
    deliver: async (message) => {
      const { delivery, retries, batch } = once();
      const parked = await world.parked('once');
      if (parked.length === 0) return delivery.deliver(batch(message));
      await world.query(`UPDATE parked SET next_attempt_at = now()`);
      retries.start();
      await world.effectsReach(1);
      await retries.stop();
    },
    failNext: () => void (failing = true),
    effects: async () => {
      const { effects, outbox } = await saved();
      expect(outbox).toBe(effects);
      return effects;
    },
  });

  test('that swallows a failed query is parked, not lost', async () => {
    const { delivery, batch } = bench(world, {
      script: async (_, tx) => void (await tx.query('SELECT 1 / 0').catch(() => undefined)),
    });
    await delivery.deliver(batch(world.message({ key: 'swallowed', n: 1 })));
    expect(await world.parked()).toMatchObject([
      { key: 'swallowed', errors: [{ error: expect.stringContaining('CommitRefused') }] },
    ]);
    expect(await saved()).toEqual({ effects: 0, outbox: 0 });
  });

  test('that swallows a failed query takes no other message of its batch with it', async () => {
    const { delivery, batch } = bench(world, {
      script: async ({ data }, tx) => {
        if (data.n === 2) await tx.query('SELECT 1 / 0').catch(() => undefined);
      },
    });
    await delivery.deliver(batch(...series('batch', 3).map(({ n }) => world.message({ key: `batch${n}`, n }))));
    expect((await world.effects()).map(({ n }) => n)).toEqual([1, 3]);
    expect(await world.parked()).toMatchObject([{ key: 'batch2' }]);
  });
});
