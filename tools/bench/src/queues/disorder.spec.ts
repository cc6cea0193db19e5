import { describe, expect, it } from '@jest/globals';
import { disorder } from './disorder.ts';
import { KEYS } from './glimpse.ts';

const notes = (...numbers: readonly number[]) => numbers.map((number, at) => ({ number, atNs: BigInt(at) }));

describe('order of what was received', () => {
  it('counts what came after a later one: of all, and of its own key', () => {
    expect(disorder(notes(0, 1, 2))).toEqual({ ofAll: 0, ofAKey: 0 });
    expect(disorder(notes(1, 0, 2))).toEqual({ ofAll: 1, ofAKey: 0 });
    expect(disorder(notes(KEYS, 0, 1))).toEqual({ ofAll: 2, ofAKey: 1 });
  });

  it('is that of the time, whoever has noted it', () => {
    expect(disorder(notes(1, 0).toReversed())).toEqual({ ofAll: 1, ofAKey: 0 });
  });
});
