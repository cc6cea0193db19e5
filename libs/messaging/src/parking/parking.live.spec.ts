import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { asSuperuser, eventually } from '@waybill/testing';
import { bench } from '../../test/delivery.js';
import { gate, series, World } from '../../test/world.js';
import { discard, redrive } from './acts.js';
import { deadLetter, deadLetters, FORGET_DISCARDED, forgetDiscarded } from './dead-letters.js';
import { ComeBack, Reject, Transient } from '../errors.js';
import type { OutsideHandler } from '../receiving/handlers.js';
import { derivedId } from '../ids.js';
import { Retries } from './retries.js';
import { UnitOfWork } from '../transaction.js';

let world: World;
afterEach(() => world.close());

describe('an event behind a dead letter of its key', () => {
  let healed = false;
  beforeEach(async () => {
    healed = false;
    world = await World.make('kafka');
    await world.start({
      script: ({ key, data, attempt }) => {
        if (key === 'held' && data.n === 1 && !healed) throw new Reject('not yet');
        if (key === 'later' && attempt === 1) throw new Error('once');
      },
    });
    await world.send({ key: 'held', n: 1 });
    await world.becomes('dead', 'held');
    await world.send(...series('held', 3).slice(1), ...series('free', 3));
    await eventually('the later ones are parked', async () => (await world.parked('held')).length === 3);
    await world.effectsReach(3, { key: 'free' });
    // It was parked after them and is tried again: the worker that took it has looked at them as well.
    await world.send({ key: 'later', n: 1 });
    await world.effectsReach(1, { key: 'later' });
  });

  test('waits; other keys do not; redriven, the key goes on in order', async () => {
    const dead = await deadLetters(world.database.dataSource);
    expect(dead).toMatchObject([{ key: 'held', waitingBehind: 2, errors: [{ error: 'Reject: not yet' }] }]);
    expect(await world.parked('held')).toMatchObject([{ attempt: 1 }, { attempt: 1 }, { attempt: 1 }]);
    expect(await world.effects('held')).toEqual([]);
    healed = true;
    expect(await redrive(world.database.dataSource, { ids: [dead[0]!.id] })).toMatchObject({ changed: 1 });
    expect((await world.effectsReach(3, { key: 'held' })).map(({ n }) => n)).toEqual([1, 2, 3]);
    await world.quiet();
    await world.send({ key: 'held', n: 4 });
    expect(await world.effectsReach(4, { key: 'held' })).toMatchObject([{}, {}, {}, { n: 4, attempt: 1 }]);
  });

  test('goes on without it when it is discarded, and it is kept with the reason', async () => {
    const [dead] = await deadLetters(world.database.dataSource);
    expect(await discard(world.database.dataSource, { ids: [dead!.id] }, 'the customer called')).toMatchObject({ changed: 1 });
    expect((await world.effectsReach(2, { key: 'held' })).map(({ n }) => n)).toEqual([2, 3]);
    await world.quiet();
    expect(await world.query('SELECT message_id, reason FROM discarded')).toEqual([
      { message_id: dead!.messageId, reason: 'the customer called' },
    ]);
  });

  test('can be discarded while it waits; redriven, it still waits for its turn', async () => {
    const [second, third] = (await world.parked('held')).filter(({ state }) => state === 'waiting').map(({ id }) => id);
    expect(await discard(world.database.dataSource, { ids: [second!] }, 'not this one')).toMatchObject({ changed: 1 });
    expect(await redrive(world.database.dataSource, { ids: [third!] })).toMatchObject({ changed: 1 });
    await world.send({ key: 'later', n: 2 });
    await world.effectsReach(2, { key: 'later' });
    expect(await world.effects('held')).toEqual([]);
    healed = true;
    await redrive(world.database.dataSource, { ids: [(await deadLetters(world.database.dataSource))[0]!.id] });
    expect((await world.effectsReach(2, { key: 'held' })).map(({ n }) => n)).toEqual([1, 3]);
    await world.quiet();
  });
});

describe('dead letters', () => {
  beforeEach(async () => {
    world = await World.make('rabbitmq', { deployed: false });
    const { delivery, batch } = bench(world, {
      script: () => {
        throw new Reject('no');
      },
    });
    await delivery.deliver(batch(...series('page', 3).map((payload) => world.message(payload))));
  });

  test('are read in pages, oldest first, with the last id as the cursor', async () => {
    const database = world.database.dataSource;
    const all = await deadLetters(database);
    expect(all).toHaveLength(3);
    const first = await deadLetters(database, { limit: 2 });
    const second = await deadLetters(database, { after: first.at(-1)!.id, limit: 2 });
    expect([...first, ...second]).toEqual(all);
  });

  test('are shown with their bytes, also while they wait for their next attempt', async () => {
    const database = world.database.dataSource;
    const [dead] = await deadLetters(database, { limit: 1 });
    const { body, behind, ...evidence } = (await deadLetter(database, dead!.id))!;
    expect([evidence, behind]).toEqual([dead, []]);
    expect(JSON.parse(body.toString())).toMatchObject({ id: dead!.messageId });
    await redrive(database, { ids: [dead!.id] });
    expect(await deadLetter(database, dead!.id)).toMatchObject({ state: 'waiting', messageId: dead!.messageId });
    expect(await deadLetters(database, { state: 'waiting' })).toMatchObject([{ id: dead!.id }]);
  });
});

describe('a parked message', () => {
  beforeEach(async () => {
    world = await World.make('rabbitmq', { deployed: false });
  });
  const due = () => world.query(`UPDATE parked SET next_attempt_at = now()`);

  test('of a command holds back no other command of its key', async () => {
    const { delivery, batch } = bench(world, {
      script: ({ data }) => {
        if (data.n === 1) throw new Reject('no');
      },
    });
    await delivery.deliver(batch(...series('same', 3).map((payload) => world.message(payload))));
    expect((await world.effects('same')).map(({ n }) => n)).toEqual([2, 3]);
  });

  test('whose failures are transient is tried again without limit and never becomes a dead letter', async () => {
    let runs = 0;
    const { delivery, retries, batch } = bench(world, {
      tuning: { maxAttempts: 2, retryBackoffMs: 1, retryBackoffCapMs: 2, retryPollMs: 5 },
      script: () => {
        if (++runs <= 12) throw new Transient('the provider is away');
      },
    });
    await delivery.deliver(batch(world.message({ key: 'patient', n: 1 })));
    retries.start();
    expect(await world.effectsReach(1)).toMatchObject([{ attempt: 13 }]);
    await retries.stop();
    expect(await world.parked()).toEqual([]);
  });

  // PostgreSQL answers so when it has no room, no memory, or a disk that does not answer.
  test.each(['53100', '53200', '58030'])('that met %s in the database is tried again until that is over', async (sqlstate) => {
    await refuseEffects(world, sqlstate);
    const { delivery, retries, batch } = bench(world, {
      tuning: { maxAttempts: 2, retryBackoffMs: 1, retryBackoffCapMs: 2, retryPollMs: 5 },
    });
    await delivery.deliver(batch(world.message({ key: 'full', n: 1 })));
    retries.start();
    await eventually('more attempts have failed than a message has', async () => (await world.parked('full'))[0]!.attempt > 4);
    expect(await world.parked('full')).toMatchObject([{ state: 'waiting', failures: 0 }]);
    await world.query('DROP TRIGGER refuse ON effect');
    await world.effectsReach(1, { key: 'full' });
    await retries.stop();
    expect(await world.parked()).toEqual([]);
  });

  test('that is to come back later does so, not before, and that is no failure', async () => {
    let at = 0;
    let cameBackAt = 0;
    const { delivery, retries, batch } = bench(world, {
      tuning: { maxAttempts: 1, retryPollMs: 5 },
      script: ({ attempt }) => {
        if (attempt > 1) return void (cameBackAt = Date.now());
        at = Date.now() + 600;
        throw new ComeBack(600, 'another worker is at it');
      },
    });
    await delivery.deliver(batch(world.message({ key: 'lease', n: 1 })));
    expect(await world.parked()).toMatchObject([{ state: 'waiting', failures: 0 }]);
    retries.start();
    expect(await world.effectsReach(1)).toMatchObject([{ attempt: 2 }]);
    expect(cameBackAt).toBeGreaterThanOrEqual(at);
    await retries.stop();
  });

  // A worker that was stopped between its claim and its run comes back when another has taken over.
  test('is settled by the latest claim alone: a late worker changes nothing', async () => {
    let runs = 0;
    const fails = () => {
      runs += 1;
      throw new Error('it fails');
    };
    const stopped = gate();
    const claimed = gate();
    class StoppedAfterItsClaim extends UnitOfWork {
      override async runOpen<T>(...args: Parameters<UnitOfWork['runOpen']>): Promise<T> {
        if (args[1]?.lockTimeoutMs !== undefined) {
          claimed.open();
          await stopped.opened;
        }
        return super.runOpen(...args) as Promise<T>;
      }
    }
    const tuning = { retryBackoffMs: 3_600_000, retryBackoffCapMs: 3_600_000, maxAttempts: 10 };
    const late = bench(world, {
      tuning: { ...tuning, retryConcurrency: 1 },
      unitOfWork: new StoppedAfterItsClaim(world.database.dataSource, world.service),
    });
    const other = bench(world, { tuning, script: fails });
    await other.delivery.deliver(other.batch(world.message({ key: 'fenced', n: 1 })));
    await due();
    late.retries.start();
    await claimed.opened;
    // The claim runs out; then the other worker takes over and fails.
    await due();
    other.retries.start();
    await eventually(
      'the other worker has taken over and failed',
      async () => runs === 2 && (await world.parked())[0]!.failures === 2,
    );
    stopped.open();
    await late.retries.stop();
    await other.retries.stop();
    expect(await world.effects()).toEqual([]);
    expect(await world.parked()).toMatchObject([{ state: 'waiting', attempt: 3, failures: 2 }]);
  });

  // Two builds share a database while a new one is rolled out.
  test('of a type that a build does not know keeps the mark of a suspect: only a run can take it away', async () => {
    const { delivery, parts, batch } = bench(world, { tuning: { unknownRetryMs: 5, retryPollMs: 5 } });
    const [suspect] = batch(world.message({ key: 'suspect', n: 1 }));
    await delivery.parkKiller(suspect!, 'its consumers died with it');
    const olderBuild = new Retries({ ...parts, contracts: new Map() });
    olderBuild.start();
    await eventually('the older build has looked at it', async () => (await world.parked())[0]!.unknown);
    await olderBuild.stop();
    expect(await world.parked()).toMatchObject([{ state: 'waiting', crashes: 2 }]);
  });

  test('keeps the first and the last five errors, without what PostgreSQL refuses', async () => {
    let runs = 0;
    const { delivery, retries, batch } = bench(world, {
      tuning: { maxAttempts: 14, retryBackoffMs: 1, retryBackoffCapMs: 2, retryPollMs: 5 },
      script: () => {
        throw new Error(`run ${++runs} \0 \ud800 ${'x'.repeat(100_000)}`);
      },
    });
    await delivery.deliver(batch(world.message({ key: 'wordy', n: 1 })));
    retries.start();
    const dead = await world.becomes('dead', 'wordy');
    await retries.stop();
    expect(dead.errors.map(({ error }) => /run (\d+)/.exec(error)![1])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '10',
      '11',
      '12',
      '13',
      '14',
    ]);
    expect(Math.max(...dead.errors.map(({ error }) => error.length))).toBeLessThanOrEqual(1_000);
  });

  test('keeps its bytes as they came, whatever they are', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const { delivery, batch } = bench(world);
    const [received] = batch({ body: bytes });
    await delivery.deliver([received!]);
    await delivery.deliver([received!]);
    const stream = Buffer.from(`${world.service}.work`);
    expect(await world.parked()).toMatchObject([
      { state: 'dead', body: bytes, message_id: derivedId(Buffer.concat([stream, bytes])) },
    ]);
  });

  test('older than the inbox remembers is not handled: nobody could tell whether it was before', async () => {
    const old = '01800000-0000-7000-8000-000000000000';
    const { delivery, batch } = bench(world);
    await delivery.deliver(batch(world.message({ key: 'old', n: 1 }, (envelope) => ({ ...envelope, id: old }))));
    expect(await world.parked()).toMatchObject([
      { state: 'dead', errors: [{ error: expect.stringContaining('Too old to tell') }] },
    ]);
    expect(await world.effects()).toEqual([]);
  });

  // Holidays, or a bug that is mended late: the row itself proves that it was not handled, however old it is.
  test('is never too old to be handled: after twenty days a redrive handles it, and what waits behind it', async () => {
    let healed = false;
    const { delivery, retries, parts, batch } = bench(world, {
      script: () => {
        if (!healed) throw new Reject('a bug');
      },
    });
    const events = batch(...series('holidays', 2).map((payload) => world.message(payload)));
    await delivery.deliver(events.map((received) => ({ ...received, ordered: true })));
    const right = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => right() + (parts.tuning.inboxDays + 6) * 86_400_000);
    try {
      healed = true;
      const dead = await deadLetters(world.database.dataSource);
      await redrive(world.database.dataSource, { ids: [dead[0]!.id] });
      retries.start();
      expect((await world.effectsReach(2)).map(({ n }) => n)).toEqual([1, 2]);
    } finally {
      clock.mockRestore();
      await retries.stop();
    }
    expect(await world.parked()).toEqual([]);
  });
});

describe('a message whose handler calls the outside world', () => {
  beforeEach(async () => {
    world = await World.make('rabbitmq', { deployed: false });
  });
  const received = (of: ReturnType<typeof bench>) => {
    const [message] = of.batch(world.message({ key: 'outside', n: 1 }));
    if (message?.what !== 'message') throw new Error('not a message');
    return message;
  };
  const settles: OutsideHandler = async (message, delivery) => {
    await delivery.settle(
      async (tx) =>
        void (await tx.query(`INSERT INTO effect (message_id, key, n, attempt) VALUES ($1, 'outside', 1, $2)`, [
          message.id,
          message.attempt,
        ])),
    );
  };

  test('has no transaction open during the call, and is settled once', async () => {
    let openDuringTheCall: unknown[] = [];
    const subject = bench(world, {
      outside: async (message, delivery) => {
        await delivery.transaction((tx) => tx.query('SELECT 1'));
        openDuringTheCall = await asSuperuser((client) =>
          client
            .query(`SELECT query FROM pg_stat_activity WHERE datname = $1 AND state LIKE 'idle in transaction%'`, [
              world.database.name,
            ])
            .then(({ rows }) => rows),
        );
        await settles(message, delivery);
      },
    });
    const message = received(subject);
    await subject.delivery.deliverOutside(message);
    await subject.delivery.deliverOutside(message);
    expect(openDuringTheCall).toEqual([]);
    expect(await world.effects()).toHaveLength(1);
  });

  test('waits, parked, while the outside world is away, and its settle takes the parked copy with it', async () => {
    let away = true;
    const subject = bench(world, {
      tuning: { maxAttempts: 1 },
      outside: async (message, delivery) => {
        if (away) throw new Transient('no answer');
        await settles(message, delivery);
      },
    });
    await subject.delivery.deliverOutside(received(subject));
    expect(await world.parked()).toMatchObject([{ state: 'waiting', failures: 0 }]);
    away = false;
    subject.retries.start();
    expect(await world.effectsReach(1)).toMatchObject([{ attempt: 2 }]);
    await subject.retries.stop();
    expect(await world.parked()).toEqual([]);
  });

  test('that finds nothing to do is settled all the same', async () => {
    const subject = bench(world, { outside: async () => {} });
    const message = received(subject);
    await subject.delivery.deliverOutside(message);
    expect(await world.query(`SELECT id FROM inbox`)).toEqual([{ id: message.id }]);
  });
});

/** Every effect is refused with this SQLSTATE. */
async function refuseEffects({ database }: World, sqlstate: string): Promise<void> {
  await database.dataSource.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '${sqlstate}'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON effect FOR EACH ROW EXECUTE FUNCTION refuse()`);
}

test('what a person gave up a month ago is forgotten a little at a time, by the index of its age; what is younger stays', async () => {
  world = await World.make('rabbitmq', { deployed: false });
  const { delivery, batch } = bench(world, {
    script: () => {
      throw new Reject('no');
    },
  });
  await delivery.deliver(batch(world.message({ key: 'given up', n: 1 })));
  const database = world.database.dataSource;
  await discard(database, { ids: [(await deadLetters(database))[0]!.id] }, 'no use');
  const copies = await world.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(column_name), ', ') AS columns FROM information_schema.columns
     WHERE table_name = 'discarded' AND column_name <> 'discarded_at'`,
  );
  const { columns } = copies[0]!;
  await world.query(
    `INSERT INTO discarded (${columns}, discarded_at)
     SELECT ${columns}, now() - interval '31 days' - n * interval '1 second' FROM discarded, generate_series(1, 2600) AS n`,
  );
  await world.query('ANALYZE discarded');
  expect(JSON.stringify(await world.query(`EXPLAIN ${FORGET_DISCARDED}`))).toContain('Index Scan using discarded_age');
  const left = async () => (await world.query<{ rows: number }>('SELECT count(*)::int AS rows FROM discarded'))[0]!.rows;

  // Another replica is at the oldest, and nobody waits for it.
  const another = database.createQueryRunner();
  await another.startTransaction();
  await another.query(FORGET_DISCARDED);
  expect(await forgetDiscarded(database)).toBeGreaterThan(0);
  await another.commitTransaction();
  await another.release();
  expect(await left()).toBe(1601);
  while (await forgetDiscarded(database));
  expect(await left()).toBe(1);
});
