import { beforeEach, describe, expect, it } from '@jest/globals';
import { Movement } from './movement.ts';

let movement: Movement;
let told: number;
beforeEach(() => {
  movement = new Movement();
  told = 0;
  movement.subscribe(() => (told += 1));
});

const came = (counts: Readonly<Record<string, number>>, at: number) => movement.came(new Map(Object.entries(counts)), at);
/** Four times in a second from `at` on. */
const comes = (counts: Readonly<Record<string, number>>, at: number) => {
  for (let n = 0; n < 4; n += 1) came(counts, at + n * 250);
};

describe('a calm map', () => {
  it('shows a dot for each message, and takes it away at its end', () => {
    came({ 'a>b': 2, 'b>c': 1 }, 1_000);
    expect([movement.line('a>b').dots.length, movement.line('b>c').dots.length]).toEqual([2, 1]);
    came({ 'a>b': 1 }, 1_250);
    expect(movement.line('a>b').dots.length).toBe(3);
    movement.look(2_000);
    expect([movement.line('a>b').dots.length, movement.line('b>c').dots.length]).toEqual([1, 0]);
    movement.look(2_500);
    expect(movement.line('a>b').dots).toEqual([]);
  });

  it('tells no rate, up to forty a second on a line', () => {
    comes({ 'a>b': 10, 'c>b': 10 }, 1_000);
    expect([movement.isCrowded, movement.into('b')]).toEqual([false, undefined]);
  });

  it('leaves lines as they are on which nothing new goes', () => {
    came({ 'a>b': 1 }, 1_000);
    const line = movement.line('a>b');
    came({ 'b>c': 1 }, 1_250);
    expect(movement.line('a>b')).toBe(line);
  });

  it('says nothing while nothing changes', () => {
    for (let at = 0; at < 5_000; at += 250) movement.look(at);
    expect(told).toBe(0);
  });
});

describe('a crowded map', () => {
  it('shows rates and no dots, of the last second, and says so once in a second', () => {
    comes({ 'a>b': 75, 'c>b': 5, 'b>d': 1 }, 1_000);
    told = 0;
    comes({ 'a>b': 75, 'c>b': 5, 'b>d': 1 }, 2_000);
    comes({ 'a>b': 75, 'c>b': 5, 'b>d': 1 }, 3_000);
    expect(told).toBe(2);
    expect([movement.line('a>b'), movement.into('b'), movement.into('d')]).toEqual([{ dots: [], perSecond: 300 }, 320, 4]);
  });

  it('keeps a line whose rate has not changed', () => {
    comes({ 'a>b': 75, 'b>c': 1 }, 1_000);
    comes({ 'a>b': 75, 'b>c': 1 }, 2_000);
    const line = movement.line('a>b');
    comes({ 'a>b': 75, 'b>c': 2 }, 3_000);
    expect(movement.line('a>b')).toBe(line);
  });

  it('moves dots again below twenty a second, and not at once when it is less than forty', () => {
    comes({ 'a>b': 20 }, 1_000);
    comes({ 'a>b': 8 }, 2_000);
    comes({ 'a>b': 8 }, 3_000);
    expect(movement.isCrowded).toBe(true);
    comes({ 'a>b': 3 }, 4_000);
    comes({ 'a>b': 3 }, 5_000);
    expect(movement.isCrowded).toBe(false);
    expect(movement.line('a>b').dots.length).toBeGreaterThan(0);
  });

  it('is still when nothing comes any more', () => {
    comes({ 'a>b': 75 }, 1_000);
    for (let at = 2_000; at < 4_000; at += 250) movement.look(at);
    expect([movement.isCrowded, movement.line('a>b').perSecond, movement.into('b')]).toEqual([false, undefined, undefined]);
  });

  it('is what somebody sees who wants no motion, at any rate', () => {
    movement = new Movement(true);
    came({ 'a>b': 1 }, 1_000);
    expect(movement.line('a>b')).toEqual({ dots: [], perSecond: 1 });
    movement.look(2_500);
    expect(movement.line('a>b').perSecond).toBeUndefined();
  });
});
