import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { type AskFor, batched, batchedRead, Turntable } from './batched.js';

interface Row {
  readonly id: string;
  readonly n: number;
}
const READ = batchedRead<[id: string], Row>('read', ({ id }) => id);
const LOCK = batched<[id: string], Row>('lock', ({ id }) => id);
const SAVE = batched<[id: string, n: number]>('save');

/** Rows with a number each, and what was asked of them. */
class Table {
  readonly rows = new Map<string, number>();
  readonly asked: [sql: string, ...columns: unknown[][]][] = [];

  readonly run = <T>(...works: ((ask: AskFor) => Promise<T>)[]) =>
    new Turntable(async (sql, columns) => {
      this.asked.push([sql, ...columns]);
      const ids = columns[0] as string[];
      if (sql === 'save') ids.forEach((id, i) => this.rows.set(id, columns[1]![i] as number));
      // In another order, as a database may answer.
      return ids.toReversed().flatMap((id) => (this.rows.has(id) ? [{ id, n: this.rows.get(id) }] : []));
    }).run(works);
}

/** Reads, decides, writes: as a handler does. */
const addOne = (id: string) => async (ask: AskFor) => {
  const [row] = await ask(LOCK, [id]);
  const n = (row?.n ?? 0) + 1;
  await ask(SAVE, [id, n]);
  return n;
};

test('parts that wait at the same statement ask it once, and each gets its own rows', async () => {
  const table = new Table();
  table.rows.set('b', 7);
  expect(await table.run(addOne('c'), addOne('a'), addOne('b'))).toEqual([1, 1, 8]);
  expect(table.asked).toEqual([
    ['lock', ['a', 'b', 'c']],
    ['save', ['a', 'b', 'c'], [1, 8, 1]],
  ]);
});

test('of two parts with one key the second begins when the first has ended, and sees what it wrote', async () => {
  const table = new Table();
  expect(await table.run(addOne('a'), addOne('b'), addOne('a'), addOne('a'))).toEqual([1, 1, 2, 3]);
  expect(table.asked.filter(([sql]) => sql === 'save')).toEqual([
    ['save', ['a', 'b'], [1, 1]],
    ['save', ['a'], [2]],
    ['save', ['a'], [3]],
  ]);
});

test('a key is held under every statement that asks for it', async () => {
  const table = new Table();
  const overwrites = async (ask: AskFor) => {
    await ask(SAVE, ['a', 10]);
    return 10;
  };
  expect(await table.run(addOne('a'), overwrites)).toEqual([1, 10]);
  expect(table.asked.map(([sql]) => sql)).toEqual(['lock', 'save', 'save']);
});

test('a part that waits for anything else is not interrupted', async () => {
  const table = new Table();
  const seen: string[] = [];
  const slowly = (name: string) => async () => {
    seen.push(`${name} begins`);
    await delay(5);
    seen.push(`${name} ends`);
  };
  await table.run(slowly('first'), slowly('second'));
  expect(seen).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('what is only read is read by all at once, also what several want', async () => {
  const table = new Table();
  table.rows.set('a', 1);
  table.rows.set('b', 2);
  const sum =
    (...ids: string[]) =>
    async (ask: AskFor) => {
      const rows = await Promise.all(ids.map((id) => ask(READ, [id])));
      return rows.flat().reduce((sum, { n }) => sum + n, 0);
    };
  expect(await table.run(sum('a', 'b'), sum('b'), sum('b', 'a', 'none'))).toEqual([3, 2, 3]);
  expect(table.asked).toEqual([['read', ['a', 'b', 'none']]]);
});

test('what one part writes twice under one key is written twice, in its order', async () => {
  const table = new Table();
  const twice = (id: string) => (ask: AskFor) => Promise.all([ask(SAVE, [id, 1]), ask(SAVE, [id, 2])]);
  await table.run(twice('a'), twice('b'));
  expect(table.asked).toEqual([
    ['save', ['a', 'b'], [1, 1]],
    ['save', ['a', 'b'], [2, 2]],
  ]);
});

test('what one throws fails all, and nobody is left waiting', async () => {
  const table = new Table();
  const ends: unknown[] = [];
  const noted = (id: string) => (ask: AskFor) =>
    addOne(id)(ask).catch((error: unknown) => {
      ends.push(error);
      throw error;
    });
  const no = async (): Promise<number> => {
    throw new Error('no');
  };
  await expect(table.run(noted('a'), noted('b'), no)).rejects.toThrow('no');
  expect(ends).toMatchObject([{ message: 'no' }, { message: 'no' }]);
  expect(table.asked).toEqual([]);
});

test('a statement that fails fails all', async () => {
  const table = new Turntable(async () => {
    throw new Error('no such table');
  });
  await expect(table.run([addOne('a'), addOne('b')])).rejects.toThrow('no such table');
});

test('parts that wait for each other fail instead of waiting for ever', async () => {
  const both = (one: string, other: string) => async (ask: AskFor) => {
    await ask(LOCK, [one]);
    await ask(LOCK, [other]);
  };
  await expect(new Table().run(both('a', 'b'), both('b', 'a'))).rejects.toThrow('Parts of one transaction wait for each other');
});
