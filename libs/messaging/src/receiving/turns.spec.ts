import { expect, test } from '@jest/globals';
import { Turns } from './turns.js';

/** Work that ends when it is told to, and notes when it began. */
function workers(turns: Turns) {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    began.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return {
    began,
    fresh: (name: string) => turns.inTurn('fresh', work(name)),
    retry: (name: string, patienceMs = 60_000) => turns.inTurnWithin(patienceMs, 'retries', work(name)),
    end: async (name: string) => {
      ends.get(name)!();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('no more than the places work at once, and the others follow in their order', async () => {
  const { began, fresh, end } = workers(new Turns(2));
  const all = ['a', 'b', 'c', 'd'].map(fresh);
  expect(began).toEqual(['a', 'b']);
  await end('b');
  expect(began).toEqual(['a', 'b', 'c']);
  for (const name of ['a', 'c', 'd']) await end(name);
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
});

test('work that leaves its place early lets the next one begin, and gives no second place at its end', async () => {
  const turns = new Turns(1);
  const ended = Promise.withResolvers<void>();
  const early = turns.inTurn('fresh', async (leave) => {
    leave();
    leave();
    await ended.promise;
  });
  const { began, fresh, end } = workers(turns);
  const others = [fresh('second'), fresh('third')];
  expect(began).toEqual(['second']);
  ended.resolve();
  await early;
  expect(began).toEqual(['second']);
  await end('second');
  expect(began).toEqual(['second', 'third']);
  await end('third');
  await Promise.all(others);
});

test('work that fails gives its place to the next', async () => {
  const turns = new Turns(1);
  await expect(turns.inTurn('fresh', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turns.inTurn('fresh', async () => 'yes')).toBe('yes');
});

test('two lines take turns: neither backlog shuts out the other', async () => {
  const { began, fresh, retry, end } = workers(new Turns(1));
  const all = [fresh('f1'), fresh('f2'), fresh('f3'), retry('r1'), retry('r2'), retry('r3')];
  for (const name of ['f1', 'r1', 'f2', 'r2', 'f3', 'r3']) {
    expect(began.at(-1)).toBe(name);
    await end(name);
  }
  await Promise.all(all);
});

test('whoever cannot wait longer leaves the line, does nothing, and takes no place with it', async () => {
  const { began, fresh, retry, end } = workers(new Turns(1));
  const first = fresh('first');
  expect(await retry('impatient', 1)).toBeUndefined();
  const next = fresh('next');
  await end('first');
  expect(began).toEqual(['first', 'next']);
  await end('next');
  expect(await Promise.all([first, next])).toEqual(['first', 'next']);
});
