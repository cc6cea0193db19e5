import { describe, expect, it } from '@jest/globals';
import type { Replica } from '../system/replicas.js';
import { silentOf } from './feed.js';

const NOW = 100_000;
const replica = (name: string, given: Partial<Replica> = {}): Replica => ({
  name,
  service: 'order',
  address: '127.0.0.1:1',
  up: true,
  since: 0,
  ...given,
});

describe('a replica that the feed does not hear', () => {
  it('is one that answers, and has said nothing for five seconds', () => {
    const heard = [
      { replica: 'order-1', lastAt: NOW - 1_000 },
      { replica: 'order-2', lastAt: NOW - 6_000 },
    ];
    expect(silentOf([replica('order-1'), replica('order-2'), replica('order-3')], heard, 0, NOW)).toEqual(['order-2', 'order-3']);
  });

  it('is none that is away: that is told already', () => {
    expect(silentOf([replica('order-1', { up: false })], [], 0, NOW)).toEqual([]);
  });

  it('is none that has just come, and none while the console has just begun to listen', () => {
    expect(silentOf([replica('order-1', { since: NOW - 4_000 })], [], 0, NOW)).toEqual([]);
    expect(silentOf([replica('order-1')], [], NOW - 4_000, NOW)).toEqual([]);
  });

  it('is heard by its newest start', () => {
    const heard = [
      { replica: 'order-1', lastAt: NOW - 1_000 },
      { replica: 'order-1', lastAt: NOW - 60_000 },
    ];
    expect(silentOf([replica('order-1')], heard, 0, NOW)).toEqual([]);
  });
});
