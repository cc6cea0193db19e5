import { describe, expect, it } from '@jest/globals';
import { type Contract, contracts, type Golden, goldenOf } from '@waybill/contracts';
import { brokenSince } from './contracts-at-base.ts';

const published = contracts.map((contract) => JSON.parse(JSON.stringify(goldenOf(contract))) as Golden);
const [first, ...others] = contracts as readonly [Contract, ...Contract[]];

describe('what the base has published', () => {
  it('still stands where nothing has changed, and beside what is new', () => {
    expect(brokenSince(published, contracts, {})).toEqual([]);
    expect(brokenSince(published.slice(1), contracts, {})).toEqual([]);
  });

  it('is broken by a change, also when the golden file beside it was changed as well', () => {
    const { schema } = others.find(({ type }) => type === 'order.expire.v1')!;
    const changed = { ...first, schema } as Contract;
    const [problem, ...rest] = brokenSince(published, [changed, ...others], {});
    expect(rest).toEqual([]);
    expect(problem).toMatch(new RegExp(`^${first.type} is published[^]*is gone[^]*beside it`));
  });

  it('is missed when it is gone, but for what was retired with a reason', () => {
    expect(brokenSince(published, others, {})).toEqual([expect.stringContaining(`${first.type} was published and is gone`)]);
    expect(brokenSince(published, others, { [first.type]: 'nobody has sent it for a month' })).toEqual([]);
  });

  it('does not come back under a name that was retired', () => {
    expect(brokenSince(published, contracts, { [first.type]: 'nobody has sent it for a month' })).toEqual([
      expect.stringContaining(`${first.type} was retired`),
    ]);
  });
});
