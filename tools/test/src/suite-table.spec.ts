import { describe, expect, it } from '@jest/globals';
import { broken } from '@waybill/kit';
import { closingLine, suiteTable } from './suite-table.ts';

const contracts = { name: 'contracts', passed: 81, failed: 0, skipped: 0, seconds: 0.42, note: 'from the cache' };
const order = { name: 'order', passed: 7, failed: 2, skipped: 1, seconds: 12 };

describe('the closing line', () => {
  it('sums all suites', () => {
    expect(closingLine([contracts])).toBe('81 passed, 0 failed');
    expect(closingLine([contracts, order])).toBe('88 passed, 2 failed, 1 skipped');
  });

  it('counts a suite that did not run as a failure', () => {
    expect(closingLine([contracts, broken('payment', 'wrote no results')])).toBe('81 passed, 1 failed');
  });
});

describe('the table', () => {
  it('has a line for each suite', () => {
    expect(suiteTable([contracts, order])).toBe(
      [
        'suite      passed  failed  skipped  seconds',
        'contracts      81       0        0      0.4  from the cache',
        'order           7       2        1     12.0',
      ].join('\n'),
    );
  });
});
