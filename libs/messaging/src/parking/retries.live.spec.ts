import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventually, type TcpProxy, tcpProxy, testStack } from '@waybill/testing';
import { bench } from '../../test/delivery.js';
import { gate, series, World } from '../../test/world.js';
import { discard } from './acts.js';
import { Transient } from '../errors.js';
import { CLAIM_PARKED } from './parking.js';
import { Retries } from './retries.js';
import { UnitOfWork } from '../transaction.js';

let world: World;
afterEach(() => world.close());

const due = () => world.query(`UPDATE parked SET next_attempt_at = now()`);
/** A database that is full of retries, without their handlers. */
const park = (rows: { count: number; key: string; state?: string; blocked?: boolean; unknown?: boolean; type?: string }) =>
  world.query(
    `INSERT INTO parked (stream, message_id, type, key, body, source, ordered, state, next_attempt_at, failures, crashes, errors, blocked, unknown)
     SELECT 'a.events', gen_random_uuid(), $5, $2 || n % 500, '', 'spec', true, $3, now() - interval '1 hour', 1, 0, '[]', $4, $6
     FROM generate_series(1, $1::int) AS n`,
    [rows.count, rows.key, rows.state ?? 'waiting', rows.blocked ?? false, rows.type ?? 'spec', rows.unknown ?? false],
  );

describe('a retry whose database goes away', () => {
  let network: TcpProxy;
  beforeEach(async () => {
    world = await World.make('rabbitmq', { deployed: false });
    network = await tcpProxy(testStack().postgres);
  });
  afterEach(() => network.close());
  /** Another replica, behind a network that can be cut. */
  const replica = async (options: Parameters<typeof bench>[1]) => {
    const database = await world.database.another({ through: network });
    return bench(world, { ...options, database });
  };
  /** Claims run out almost at once. */
  const impatient = { handlerDeadlineMs: 200, silentClaimMs: 300, retryBackoffMs: 5, retryBackoffCapMs: 10 };

  test.each([
    ['an ordinary one', false],
    ['a suspect, whose next crash would be its last', true],
  ])('five times, counts no crash and makes no dead letter: %s', async (_, suspect) => {
    let runs = 0;
    const { delivery, retries, batch } = await replica({
      tuning: impatient,
      script: async () => {
        if (runs >= 5) return;
        runs += 1;
        network.refuse();
        setTimeout(() => network.heal(), 700);
        throw new Transient('the provider is away as well');
      },
    });
    const [message] = batch(world.message({ key: 'flap', n: 1 }));
    if (suspect) await delivery.parkKiller(message!, 'its consumers died with it');
    else {
      runs = 9;
      await delivery.parkFailed(message!, new Transient('away'));
      runs = 0;
    }
    retries.start();
    await world.effectsReach(1);
    await retries.stop();
    expect(runs).toBe(5);
    expect(await world.parked()).toEqual([]);
  });

  test('is not taken for dead by another replica whose database was away as well, and reports when it is back', async () => {
    const cut = gate();
    let away = true;
    const a = await replica({
      tuning: impatient,
      script: () => {
        if (!away) return;
        away = false;
        cut.open();
        network.refuse();
        throw new Transient('away');
      },
    });
    const b = await replica({ tuning: impatient });
    const [message] = a.batch(world.message({ key: 'two', n: 1 }));
    await b.delivery.parkKiller(message!, 'its consumers died with it');
    a.retries.start();
    await cut.opened;
    b.retries.start();
    await new Promise((resolve) => setTimeout(resolve, 800));
    network.heal();
    await world.effectsReach(1);
    await Promise.all([a.retries.stop(), b.retries.stop()]);
    expect(await world.parked()).toEqual([]);
  });

  test('in the commit of its claim gives the claim back and counts nothing', async () => {
    let lost = 0;
    class LosesAnAnswer extends UnitOfWork {
      override async run<T>(work: Parameters<typeof UnitOfWork.prototype.run<T>>[0]): Promise<T> {
        const result = await super.run(work);
        if (!Array.isArray(result) || result[0]?.rowId === undefined || lost > 3) return result;
        lost += 1;
        throw new Error('Connection terminated');
      }
    }
    const { delivery, retries, batch } = bench(world, {
      tuning: { retryPollMs: 5 },
      unitOfWork: new LosesAnAnswer(world.database.dataSource, world.service),
    });
    const [message] = batch(world.message({ key: 'lost', n: 1 }));
    await delivery.parkKiller(message!, 'its consumers died with it');
    retries.start();
    await world.effectsReach(1);
    await retries.stop();
    expect(lost).toBeGreaterThan(3);
  });
});

test('events noted before their run count once for a process that lives, however often their delivery fails', async () => {
  world = await World.make('kafka', { deployed: false });
  let away = 6;
  class AwayForAWhile extends UnitOfWork {
    override async runOpen<T>(...args: Parameters<UnitOfWork['runOpen']>): Promise<T> {
      if (args[1]?.lockTimeoutMs !== undefined && away > 0) throw new Error('Connection terminated');
      return super.runOpen(...args) as Promise<T>;
    }
  }
  const { parts, batch } = bench(world, { unitOfWork: new AwayForAWhile(world.database.dataSource, world.service) });
  const { Delivery } = await import('../receiving/delivery.js');
  const delivery = new Delivery({
    ...parts,
    databaseIsAway: async () => {
      if (away === 0) return false;
      throw new Error('it is away');
    },
  });
  const events = batch(world.message({ key: 'fresh', n: 1 }));
  await world.query(`INSERT INTO delivery_attempt (id, attempts, noted_by) VALUES ($1, 1, ARRAY[gen_random_uuid()])`, [
    events[0]!.id,
  ]);
  // The inbox insert of `#parkFresh` finds no database either.
  const insert = parts.unitOfWork.run.bind(parts.unitOfWork);
  parts.unitOfWork.run = async (work) => {
    if (away > 0 && String(work).includes('insertIntoInbox')) throw new Error('Connection terminated');
    return insert(work);
  };
  for (; away > 0; away -= 1) await expect(delivery.deliverCautiously(events)).rejects.toThrow('it is away');
  await delivery.deliverCautiously(events);
  expect(await world.effects()).toHaveLength(1);
  expect(await world.query(`SELECT * FROM delivery_attempt`)).toEqual([]);
});

test('the first events of an assignment go together, and one by one when another process had begun with one of them', async () => {
  world = await World.make('kafka', { deployed: false });
  let transactions = 0;
  class Counts extends UnitOfWork {
    override runOpen<T>(...args: Parameters<UnitOfWork['runOpen']>): Promise<T> {
      transactions += 1;
      return super.runOpen(...args) as Promise<T>;
    }
  }
  const { delivery, batch } = bench(world, { unitOfWork: new Counts(world.database.dataSource, world.service) });
  const twenty = (key: string) => batch(...Array.from({ length: 20 }, (_, n) => world.message({ key: `${key}${n}`, n: n + 1 })));
  await delivery.deliverCautiously(twenty('new'));
  // One notes them, one handles them, one forgets the notes.
  expect(transactions).toBe(3);

  const begun = twenty('begun');
  const killer = begun[7]!;
  await world.query(`INSERT INTO delivery_attempt (id, attempts, noted_by) VALUES ($1, 3, ARRAY[gen_random_uuid()])`, [
    killer.id,
  ]);
  await delivery.deliverCautiously(begun);
  expect(await world.effects()).toHaveLength(39);
  expect(await world.parked()).toMatchObject([{ message_id: killer.id }]);
  expect(await world.query(`SELECT * FROM delivery_attempt`)).toEqual([]);
});

test('retries that find nothing due ask one statement at each look, and open no transaction', async () => {
  world = await World.make('rabbitmq', { deployed: false });
  let transactions = 0;
  class Counts extends UnitOfWork {
    override runOpen<T>(...args: Parameters<UnitOfWork['runOpen']>): Promise<T> {
      transactions += 1;
      return super.runOpen(...args) as Promise<T>;
    }
  }
  const database = world.database.dataSource;
  const { retries } = bench(world, {
    tuning: { retryPollMs: 5, unknownRetryMs: 60_000 },
    database,
    unitOfWork: new Counts(database, world.service),
  });
  await park({ count: 3, key: 'dead', state: 'dead', type: world.contract.type });
  await park({ count: 3, key: 'later', type: world.contract.type });
  await park({ count: 3, key: 'later', blocked: true, type: world.contract.type });
  await world.query(`UPDATE parked SET next_attempt_at = now() + interval '1 hour' WHERE NOT blocked`);
  const looks = jest.spyOn(database, 'query');
  retries.start();
  await eventually('the polls of other kinds have run once', () => transactions === 3);
  looks.mockClear();
  await eventually('twenty looks', () => looks.mock.calls.length >= 20);
  expect(transactions).toBe(3);
  // What becomes due is found by a look.
  await world.query(`UPDATE parked SET next_attempt_at = now() WHERE key LIKE 'later%' AND NOT blocked`);
  await eventually('a claim', () => transactions > 3);
  await retries.stop();
});

describe('a suspect', () => {
  beforeEach(async () => {
    world = await World.make('rabbitmq', { deployed: false });
  });

  test('gets its turn under a backlog that never ends, alone; and the others get theirs', async () => {
    let inHand = 0;
    let besides = -1;
    const { delivery, retries, batch } = bench(world, {
      tuning: { retryConcurrency: 2, retryBackoffMs: 1, retryBackoffCapMs: 2, retryPollMs: 5 },
      script: async ({ key }) => {
        inHand += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        inHand -= 1;
        if (key === 'suspect') besides = inHand;
        else throw new Transient('for ever');
      },
    });
    const others = batch(...series('others', 6).map((payload) => world.message(payload)));
    for (const other of others) await delivery.parkFailed(other, new Transient('away'));
    retries.start();
    const [suspect] = batch(world.message({ key: 'suspect', n: 1 }));
    await delivery.parkKiller(suspect!, 'its consumers died with it');
    await world.effectsReach(1, { key: 'suspect' });
    const before = (await world.parked()).map(({ attempt }) => attempt);
    await eventually('the others go on', async () => (await world.parked()).every(({ attempt }, i) => attempt > before[i]!));
    await retries.stop();
    expect(besides).toBe(0);
  });

  test('whose process dies with it is still found out', async () => {
    const dead = bench(world, { script: () => new Promise(() => {}) });
    const [message] = dead.batch(world.message({ key: 'killer', n: 1 }));
    await dead.delivery.parkKiller(message!, 'its consumers died with it');
    // A process has claimed it that is not heard of any more.
    await world.query(`UPDATE parked SET running = true, attempt = 2, claimed_by = gen_random_uuid(), next_attempt_at = now()`);
    const other = bench(world);
    other.retries.start();
    const row = await world.becomes('dead', 'killer');
    await other.retries.stop();
    expect(row.errors.at(-1)!.error).toContain('It never reported back from 3 runs');
    expect(await world.effects()).toEqual([]);
  });
});

describe('a parked event of a type that was unknown', () => {
  beforeEach(async () => {
    world = await World.make('kafka', { deployed: false });
  });
  const builds = () => {
    const { parts, batch } = bench(world);
    const older = bench(world);
    const olderDelivery = new Retries({ ...older.parts, contracts: new Map() });
    return { parts, batch, older: olderDelivery };
  };

  test('is skipped when the upgraded build knows it and has no handler, as a first delivery would be; its key goes on', async () => {
    const { parts, batch } = builds();
    const { Delivery } = await import('../receiving/delivery.js');
    const { event } = await import('@waybill/contract-kit');
    const other = event({ ...(world.contract as Parameters<typeof event>[0]), type: `${world.service}.other.v1`, handledBy: [] });
    const delivery = new Delivery(parts);
    const unknown = { ...batch(world.message({ key: 'k', n: 1 }, (envelope) => ({ ...envelope, type: other.type })))[0]! };
    expect(unknown.what).toBe('unknown');
    const [next] = batch(world.message({ key: 'k', n: 2 }));
    await delivery.deliver([unknown, { ...next!, source: 'later' }]);
    expect(await world.parked()).toMatchObject([
      { unknown: true, blocked: false },
      { unknown: false, blocked: true },
    ]);
    const upgraded = new Retries({ ...parts, contracts: new Map([...parts.contracts, [other.type, other]]) });
    upgraded.start();
    expect(await world.effectsReach(1)).toMatchObject([{ n: 2 }]);
    await upgraded.stop();
    expect(await world.parked()).toEqual([]);
  });

  test('is not looked at while nobody knows it: ten thousand of them hold up no other retry', async () => {
    await park({ count: 10_000, key: 'unknown', unknown: true, type: 'nobody.knows.v9' });
    const { delivery, retries, batch } = bench(world);
    const [message] = batch(world.message({ key: 'real', n: 1 }));
    await delivery.parkFailed(message!, new Transient('away'));
    retries.start();
    await world.effectsReach(1);
    await retries.stop();
    expect(await world.query(`SELECT DISTINCT attempt FROM parked`)).toEqual([{ attempt: 1 }]);
  });
});

describe('events behind a parked one of their key', () => {
  beforeEach(async () => {
    world = await World.make('kafka', { deployed: false });
  });

  test('cost the claim nothing: it reads what is due, and no blocked row', async () => {
    await park({ count: 500, key: 'k', state: 'dead' });
    await park({ count: 20_000, key: 'k', blocked: true });
    await world.query(`ANALYZE parked`);
    const explained = await world.sender.run((tx) =>
      tx.query<{ 'QUERY PLAN': [{ Plan: Record<string, unknown> }] }>(
        `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${CLAIM_PARKED.replaceAll('$1', '16').replaceAll('$2', '1000').replaceAll('$3', 'false').replaceAll('$4', 'gen_random_uuid()').replaceAll('$5', "ARRAY['spec']")}`,
      ),
    );
    const plan = explained[0]!['QUERY PLAN'][0].Plan;
    expect((plan['Shared Hit Blocks'] as number) + (plan['Shared Read Blocks'] as number)).toBeLessThan(50);
  });

  test('go on when it is deleted at the moment at which they park, whoever comes first', async () => {
    const { delivery, batch } = bench(world);
    const [head, follower] = batch(...series('race', 2).map((payload) => world.message(payload)));
    await delivery.parkFailed(head!, new Transient('away'));
    const { park: parkRow, behindItsKey } = await import('./parking.js');
    const { id } = (await world.parked('race'))[0]!;
    // The follower has seen its head and is not committed; the delete waits for it, and releases it.
    const commit = gate();
    const seen = gate();
    const parking = world.sender.run(async (tx) => {
      await parkRow(tx, follower!, behindItsKey);
      seen.open();
      await commit.opened;
    });
    await seen.opened;
    const discarding = discard(world.database.dataSource, { ids: [id] }, 'race');
    await eventually(
      'the delete waits',
      async () =>
        (
          await world.query<{ waits: boolean }>(
            `SELECT count(*) > 0 AS waits FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          )
        )[0]!.waits,
    );
    commit.open();
    await Promise.all([parking, discarding]);
    expect(await world.parked('race')).toMatchObject([{ blocked: false }]);

    // The head is deleted, and that is not committed. A transaction that parks now waits for the delete, and its message is
    // nobody's follower.
    const [last] = batch(world.message({ key: 'race', n: 3 }));
    const go = gate();
    const deleted = gate();
    const deleting = world.sender.run(async (tx) => {
      await tx.query(`DELETE FROM parked WHERE key = 'race'`);
      deleted.open();
      await go.opened;
    });
    await deleted.opened;
    const parkingLast = world.sender.run((tx) => parkRow(tx, last!, behindItsKey));
    go.open();
    await Promise.all([deleting, parkingLast]);
    expect(await world.parked('race')).toMatchObject([{ blocked: false }]);
  });

  test('are released when two before them go at once, and when a build from before the mark left them behind', async () => {
    const { delivery, retries, batch } = bench(world);
    const [first, ...others] = batch(...series('pair', 4).map((payload) => world.message(payload)));
    await delivery.parkFailed(first!, new Transient('away'));
    await delivery.deliver(others);
    expect((await world.parked('pair')).map(({ blocked }) => blocked)).toEqual([false, true, true, true]);
    const ids = (await world.parked('pair')).map(({ id }) => id);
    await Promise.all([1, 0].map((i) => discard(world.database.dataSource, { ids: [ids[i]!] }, 'at once')));
    expect((await world.parked('pair')).map(({ blocked }) => blocked)).toEqual([false, true]);
    await world.query(`UPDATE parked SET blocked = true`);
    retries.start();
    expect((await world.effectsReach(2)).map(({ n }) => n)).toEqual([3, 4]);
    await retries.stop();
  });

  test('may come while it is being retried: they do not wait for its handler, and follow it', async () => {
    const running = gate();
    const end = gate();
    const { delivery, retries, batch } = bench(world, {
      script: async ({ data, attempt }) => {
        if (data.n !== 1 || attempt === 1) return;
        running.open();
        await end.opened;
      },
    });
    const [first, second] = batch(...series('busy', 2).map((payload) => world.message(payload)));
    await delivery.parkFailed(first!, new Transient('away'));
    await due();
    retries.start();
    await running.opened;
    await delivery.deliver([second!]);
    expect((await world.parked('busy')).map(({ blocked }) => blocked)).toEqual([false, true]);
    end.open();
    expect((await world.effectsReach(2)).map(({ n }) => n)).toEqual([1, 2]);
    await retries.stop();
  });
});
