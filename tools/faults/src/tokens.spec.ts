import { describe, expect, it } from '@jest/globals';
import { tokensOfEveryAge } from './tokens.ts';

const MINUTE = 60_000;

/** Names each token after the time at which it was asked for. */
function issuerAt(clock: { now: number }) {
  return async () => ({ value: `of ${clock.now / MINUTE}`, expiresAt: clock.now + 5 * MINUTE });
}

describe('tokens of every age', () => {
  it('are asked for in each period once, and used in turn until they end', async () => {
    const clock = { now: 0 };
    const token = tokensOfEveryAge(issuerAt(clock), MINUTE, () => clock.now);
    const used = async (times: number) => {
      const values = new Set<string>();
      for (let n = 0; n < times; n++) values.add(await token());
      return [...values].toSorted();
    };
    expect(await used(3)).toEqual(['of 0']);
    for (clock.now = MINUTE; clock.now <= 4 * MINUTE; clock.now += MINUTE) await used(1);
    clock.now = 4.5 * MINUTE;
    expect(await used(9)).toEqual(['of 0', 'of 1', 'of 2', 'of 3', 'of 4']);
    clock.now = 5 * MINUTE;
    await used(1);
    expect(await used(9)).toEqual(['of 1', 'of 2', 'of 3', 'of 4', 'of 5']);
  });

  it('are those there are when the issuer is away, and an error when there is none', async () => {
    const away = async () => Promise.reject(new Error('The issuer is away.'));
    await expect(tokensOfEveryAge(away, MINUTE)()).rejects.toThrow('away');
    const clock = { now: 0 };
    let there = true;
    const token = tokensOfEveryAge(
      () => (there ? issuerAt(clock)() : away()),
      MINUTE,
      () => clock.now,
    );
    await token();
    there = false;
    clock.now = 2 * MINUTE;
    expect(await token()).toBe('of 0');
  });
});
