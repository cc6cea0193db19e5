import { describe, expect, it } from '@jest/globals';
import { crashedSince } from './crashes.ts';

describe('a crash that nobody asked for', () => {
  const crash = { at: '2026-11-25T16:00:00.000Z', how: 'code 1', error: 'An error that nobody caught ends this process.' };
  const later = { ...crash, at: '2026-11-25T16:01:00.000Z', how: 'SIGABRT' };

  it('is told with the replica, how it ended and its last error', () => {
    expect(crashedSince({ 'order-1': undefined }, { 'order-1': crash, 'order-2': undefined })).toEqual([
      `order-1 crashed: at ${crash.at} it ended with code 1: ${crash.error}`,
    ]);
  });

  it('is told once, by the run in which it came', () => {
    expect(crashedSince({ 'order-1': crash }, { 'order-1': crash })).toEqual([]);
    expect(crashedSince({ 'order-1': crash }, { 'order-1': later })).toEqual([expect.stringContaining('SIGABRT')]);
  });
});
