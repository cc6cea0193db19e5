// What a person does about dead letters, on the real database. Rows are made by SQL: how they come about is parking's spec.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { World } from '../../test/world.js';
import { newId } from '../ids.js';
import { deadLetterActs, discard, forgetActs, ONE_ACT_TAKES, redrive } from './acts.js';
import { deadLetter, deadLetterGroups, deadLetters, GROUPS_OF_DEAD, LIKENESS } from './dead-letters.js';

let world: World;
beforeEach(async () => {
  world = await World.make('rabbitmq', { deployed: false });
});
afterEach(() => world.close());
const database = () => world.database.dataSource;

const TYPE = 'payment.charge.v1';
const NO_ACCOUNT = { type: TYPE, error: 'Reject: no account <n> at <id>' };

/** Dead letters, each with its number and an id in its error. Returns their ids. */
async function dead(count: number, error = 'Reject: no account %s at %s', type = TYPE): Promise<string[]> {
  const rows = await world.query<{ id: string }>(
    `INSERT INTO parked (stream, message_id, type, key, body, source, ordered, state, next_attempt_at, failures, crashes, errors, last_failed_at)
     SELECT 'payment.work', gen_random_uuid(), $2, n::text, '{}', 'spec', false, 'dead', now(), 6, 1,
       jsonb_build_array(jsonb_build_object('at', now(), 'error', format($3, n, gen_random_uuid()) || E'\\n at line 1')), now()
     FROM generate_series(1, $1) AS n RETURNING id`,
    [count, type, error],
  );
  return rows.map(({ id }) => id);
}

describe('dead letters of one type that failed alike', () => {
  test('are one group, whatever ids and numbers their errors have', async () => {
    const ids = await dead(3);
    await dead(1, 'Error: the ledger says no');
    await dead(1, 'Error: the ledger says no', 'payment.cancel.v1');
    expect(await deadLetterGroups(database())).toMatchObject([
      { ...NO_ACCOUNT, count: 3, example: ids[2], oldestAt: expect.any(Date), newestAt: expect.any(Date) },
      { type: 'payment.cancel.v1', error: 'Error: the ledger says no', count: 1 },
      { type: TYPE, error: 'Error: the ledger says no', count: 1 },
    ]);
    expect(await deadLetterGroups(database(), 'waiting')).toEqual([]);
    expect((await deadLetters(database(), NO_ACCOUNT)).map(({ id }) => id)).toEqual(ids);
    expect(await deadLetters(database(), { type: 'payment.cancel.v1' })).toHaveLength(1);
  });

  test('are counted, listed and chosen by an index, however many others are dead', async () => {
    await dead(3_000);
    await world.query('ANALYZE parked');
    const planOf = async (sql: string) => JSON.stringify(await world.query(`EXPLAIN ${sql}`));
    const groups = await planOf(GROUPS_OF_DEAD);
    expect(groups).toContain('parked_alike');
    expect(groups).not.toContain('Seq Scan');
    const alike = `SELECT id FROM parked WHERE state = 'dead' AND type = '${TYPE}' AND ${LIKENESS} = 'Error: another'`;
    expect(await planOf(alike)).toContain('parked_alike');
  });

  test('are redriven at a rate: each has its time, and the act is kept', async () => {
    await dead(5);
    await dead(2, 'Error: the ledger says no');
    const act = await redrive(database(), NO_ACCOUNT, 2);
    expect(act).toMatchObject({ act: 'redrive', ids: null, ...NO_ACCOUNT, perSecond: 2, reason: null, changed: 5 });
    const due = await world.query<{ s: number }>(
      `SELECT extract(epoch FROM next_attempt_at - redriven_at)::float AS s FROM parked
       WHERE state = 'waiting' AND failures = 0 AND crashes = 0 ORDER BY id`,
    );
    expect(due.map(({ s }) => s)).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(act.lastDueAt!.getTime() - act.at.getTime()).toBe(2_000);
    expect(await deadLetters(database())).toHaveLength(2);
    expect(await deadLetterActs(database())).toEqual([act]);
  });

  test('are discarded with one reason, and kept', async () => {
    await dead(3);
    const act = await discard(database(), NO_ACCOUNT, 'the accounts are closed');
    expect(act).toMatchObject({ act: 'discard', ...NO_ACCOUNT, reason: 'the accounts are closed', changed: 3, lastDueAt: null });
    const kept = await world.query<{ message_id: string }>(`SELECT message_id FROM discarded WHERE reason = $1 ORDER BY id`, [
      'the accounts are closed',
    ]);
    expect(act.messageIds).toEqual(kept.map(({ message_id }) => message_id));
    expect(await deadLetters(database())).toEqual([]);
  });

  test('are taken by two acts at once without a deadlock, and each by one of them alone', async () => {
    await dead(400);
    const acts = await Promise.all([
      redrive(database(), NO_ACCOUNT),
      redrive(database(), NO_ACCOUNT, 100),
      discard(database(), NO_ACCOUNT, 'no use'),
    ]);
    expect(acts.reduce((sum, { changed }) => sum + changed, 0)).toBe(400);
  });

  test(`are taken ${ONE_ACT_TAKES} at a time, oldest first`, async () => {
    await dead(ONE_ACT_TAKES + 5);
    const act = await redrive(database(), NO_ACCOUNT, 1_000);
    expect(act).toMatchObject({ changed: ONE_ACT_TAKES, messageIds: { length: 100 } });
    expect(await deadLetters(database())).toHaveLength(5);
    expect(await discard(database(), NO_ACCOUNT, 'the rest')).toMatchObject({ changed: 5 });
  });
});

describe('an act', () => {
  test('that cannot be kept does nothing', async () => {
    const ids = await dead(2);
    await world.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON dead_letter_acts FOR EACH ROW EXECUTE FUNCTION refuse()`);
    await expect(redrive(database(), { ids })).rejects.toThrow('no room');
    await expect(discard(database(), { ids }, 'no use')).rejects.toThrow('no room');
    expect(await deadLetters(database())).toHaveLength(2);
    expect(await world.query('SELECT 1 FROM discarded')).toEqual([]);
  });

  test('leaves alone what is being tried, and is kept all the same', async () => {
    const [free, tried] = await dead(2);
    await world.query(`UPDATE parked SET running = true, state = 'waiting' WHERE id = $1`, [tried]);
    const act = await redrive(database(), { ids: [free!, tried!, '999999'] });
    expect(act).toMatchObject({ ids: [free, tried, '999999'], type: null, changed: 1, messageIds: { length: 1 } });
    expect(await discard(database(), { ids: [tried!] }, 'no use')).toMatchObject({ changed: 0, messageIds: [] });
    expect((await deadLetterActs(database())).map(({ act }) => act)).toEqual(['discard', 'redrive']);
  });

  test('is listed newest first, in pages, and forgotten after a year', async () => {
    const [id] = await dead(1);
    for (const _ of [1, 2, 3]) await redrive(database(), { ids: [id!] });
    const all = await deadLetterActs(database());
    const first = await deadLetterActs(database(), { limit: 2 });
    expect([...first, ...(await deadLetterActs(database(), { before: first.at(-1)!.id }))]).toEqual(all);
    await world.query(`UPDATE dead_letter_acts SET at = now() - interval '366 days' WHERE id = $1`, [all[2]!.id]);
    await forgetActs(database());
    expect(await deadLetterActs(database())).toEqual(all.slice(0, 2));
  });
});

test('a dead letter tells which events wait behind it', async () => {
  const [head] = await dead(1);
  await world.query(`UPDATE parked SET ordered = true WHERE id = $1`, [head]);
  const messageId = newId();
  await world.query(
    `INSERT INTO parked (stream, message_id, type, key, body, source, ordered, blocked, state, next_attempt_at, failures, crashes, errors)
     SELECT stream, $2, 'payment.cancel.v1', key, body, source, true, true, 'waiting', now(), 0, 0, '[]' FROM parked WHERE id = $1`,
    [head, messageId],
  );
  expect(await deadLetter(database(), head!)).toMatchObject({
    waitingBehind: 1,
    behind: [{ type: 'payment.cancel.v1', messageId, id: expect.any(String) }],
  });
  expect(await deadLetterGroups(database(), 'waiting')).toMatchObject([{ type: 'payment.cancel.v1', error: '', count: 1 }]);
});
