import { expect, test } from '@jest/globals';
import { busyMs, cpuBetween, parseStat } from './cpu.ts';

test('the fields of a process count from behind its name, which may hold anything', () => {
  const stat = '4711 (a) b (c) S 17 1 1 0 -1 4194560 100 200 0 0 30 4 5 6 20 0 1 0 100 1000 10';
  expect(parseStat(stat)).toEqual({ parent: 17, ticks: 45 });
});

test('waiting for the disk is not busy, and time that the host took is', () => {
  expect(busyMs('cpu  10 1 5 1000 200 2 3 4\ncpu0 1 1 1 1 1 1 1 1\n')).toBe(250);
});

test('a group that is new has used all of its time since', () => {
  expect(cpuBetween({ postgres: 100 }, { postgres: 150, order: 30 })).toEqual({ postgres: 50, order: 30 });
});
