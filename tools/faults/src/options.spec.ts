import { describe, expect, it } from '@jest/globals';
import { since } from './figures.ts';
import { readOptions } from './options.ts';
import { runs } from './runs.ts';

describe('the command line', () => {
  it('means every run when none is named', () => {
    expect(readOptions([])).toMatchObject({
      names: runs.map(({ name }) => name),
      orders: 2000,
      perSecond: 60,
      rounds: 10,
      kills: 12,
      outageMs: 180_000,
    });
    expect(readOptions(['kill-kafka', '--orders', '40'])).toMatchObject({ names: ['kill-kafka'], orders: 40 });
    const rest = runs.map(({ name }) => name).filter((name) => name !== 'kill-nginx');
    expect(readOptions(['--without', 'kill-nginx'])).toMatchObject({ names: rest });
  });

  it.each([
    [['kill-nobody'], 'There is no run kill-nobody.'],
    [['--without', 'kill-nobody'], 'There is no run kill-nobody.'],
    [['--orders', 'many'], '--orders many: give a whole number from 1 to 100000.'],
    [['--rounds', '1.5'], '--rounds 1.5: give a whole number from 1 to 100000.'],
    [['--per-second', '0'], '--per-second 0: give a whole number'],
  ])('%j is refused in one sentence', (args, words) => expect(() => readOptions(args)).toThrow(words));
});

describe('what came twice since the run began', () => {
  const before = { duplicates: 5, fenced: 1, redelivered: 40 };

  it('is what was not there before', () => {
    expect(since(before, { duplicates: 7, fenced: 1, redelivered: 43 })).toEqual({ duplicates: 2, fenced: 0, redelivered: 3 });
  });

  it("is all of RabbitMQ's counter when the broker began anew", () => {
    expect(since(before, { ...before, redelivered: 3 })).toMatchObject({ redelivered: 3 });
  });
});
