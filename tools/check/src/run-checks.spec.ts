import { describe, expect, it } from '@jest/globals';
import { runChecks } from './run-checks.ts';

describe('running the checks', () => {
  it('goes on after a failure, so that all problems are told at once', async () => {
    const told: string[] = [];
    const results = await runChecks(
      [
        { name: 'bad', problems: async () => ['this is wrong'] },
        { name: 'broken', problems: () => Promise.reject(new Error('no such file')) },
        { name: 'good', problems: async () => [] },
      ],
      (result) => told.push(result.name),
    );
    expect(told.toSorted()).toEqual(['bad', 'broken', 'good']);
    expect(
      results
        .filter((result) => result.problems.length > 0)
        .map((result) => result.name)
        .toSorted(),
    ).toEqual(['bad', 'broken']);
  });
});
