import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { asSuperuser } from '@waybill/testing';
import { idOf } from '../../test/poison.js';
import { World } from '../../test/world.js';
import { dayOf, derivedId } from '../ids.js';
import { insertIntoInbox, KnownMessages, keepInbox } from './inbox.js';

const DAYS = 14;
const daysFromNow = (days: number) => idOf(Date.now() + days * 86_400_000);
const partitionOf = (id: string) => `inbox_${dayOf(id).replaceAll('-', '')}`;

let world: World;
beforeEach(async () => {
  world = await World.make('kafka', { deployed: false });
});
afterEach(() => world.close());

const keep = async () => (await world.query<{ through: boolean }>(`SELECT keep_inbox($1) AS through`, [DAYS]))[0]!.through;
const insert = (...ids: string[]) => world.sender.run((tx) => insertIntoInbox(tx, ids));
const others = async () => Number((await world.query<{ n: string }>(`SELECT count(*) AS n FROM inbox_other`))[0]!.n);

test('a replay of all that the topics keep has partitions: the default one holds only ids without a day', async () => {
  await insert(...Array.from({ length: DAYS }, (_, days) => daysFromNow(-days)), derivedId('no message'));
  expect(await others()).toBe(1);
});

test('an id of a coming day does not keep that day from its partition: its row moves there, and is known', async () => {
  const ahead = daysFromNow(2);
  await world.query(`DROP TABLE ${partitionOf(ahead)}`);
  await insert(ahead);
  expect(await others()).toBe(1);
  expect(await keep()).toBe(true);
  expect(await others()).toBe(0);
  expect(await world.query(`SELECT id FROM ${partitionOf(ahead)}`)).toEqual([{ id: ahead }]);
  expect(await insert(ahead)).toEqual(new Set());
});

test('the default partition forgets what was handled before its days, however much it is, and nothing younger', async () => {
  await world.query(
    `INSERT INTO inbox (id, day, handled_at)
     SELECT gen_random_uuid(), '1970-01-01', now() - interval '16 days' FROM generate_series(1, 60000)`,
  );
  const young = derivedId('of today');
  await insert(young);
  await keepInbox(world.database.dataSource, DAYS, () => false);
  expect(await others()).toBe(1);
  expect(await new KnownMessages(world.database.dataSource).has(young)).toBe(true);
});

test('attempts at a message that killed its process are forgotten after a day', async () => {
  const [old, young] = [daysFromNow(-1), daysFromNow(0)];
  await world.query(
    `INSERT INTO delivery_attempt (id, attempts, last_at)
     VALUES ($1, 2, now() - interval '25 hours'), ($2, 2, now() - interval '23 hours')`,
    [old, young],
  );
  expect(await keep()).toBe(true);
  expect(await world.query('SELECT id FROM delivery_attempt')).toEqual([{ id: young }]);
});

test('days that are forgotten are dropped, a day later than a message of them can come', async () => {
  for (const days of [DAYS + 1, DAYS + 2]) {
    const day = dayOf(daysFromNow(-days));
    await world.query(
      `CREATE TABLE ${partitionOf(daysFromNow(-days))} PARTITION OF inbox FOR VALUES FROM ('${day}') TO ('${day}'::date + 1)`,
    );
  }
  expect(await keep()).toBe(true);
  const exists = async (days: number) =>
    (await world.query<{ at: string | null }>(`SELECT to_regclass($1) AS at`, [partitionOf(daysFromNow(-days))]))[0]!.at !== null;
  expect([await exists(DAYS + 1), await exists(DAYS + 2)]).toEqual([true, false]);
});

test('it gives way to a delivery that takes long, and does its work when that has ended', async () => {
  const old = daysFromNow(-(DAYS + 2));
  await world.query(
    `CREATE TABLE ${partitionOf(old)} PARTITION OF inbox FOR VALUES FROM ('${dayOf(old)}') TO ('${dayOf(old)}'::date + 1)`,
  );
  await asSuperuser(async (delivery) => {
    await delivery.query('BEGIN');
    await delivery.query(`INSERT INTO inbox (id, day) VALUES ($1, $2)`, [daysFromNow(0), dayOf(daysFromNow(0))]);
    // A batch waits 250 ms for a lock: it gets its own, though housekeeping waits for the same table at that moment.
    const kept = keep();
    const inserted = await world.sender.runOpen((tx) => insertIntoInbox(tx, [daysFromNow(0)]), { lockTimeoutMs: 250 });
    expect(inserted.size).toBe(1);
    expect(await kept).toBe(false);
    await delivery.query('ROLLBACK');
  }, world.database.name);
  expect(await keep()).toBe(true);
});

test('no number of days, and too small a one, are refused', async () => {
  await expect(world.query(`SELECT keep_inbox(NULL)`)).rejects.toThrow('must outlive the topics');
  await expect(world.query(`SELECT keep_inbox(7)`)).rejects.toThrow('must outlive the topics');
  expect(await insert(daysFromNow(0))).toMatchObject({ size: 1 });
});
