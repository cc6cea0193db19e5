import { describe, expect, it } from '@jest/globals';
import { selectorsOf } from './selectors.ts';

describe('the series that an expression looks at', () => {
  it('are found inside functions, ranges and comparisons, each once', () => {
    expect(
      selectorsOf('sum by (a) (rate(sent_total{lane="kafka"}[1m])) / on (a) group_left clamp_min(level:rows:max, 0.1) > 5'),
    ).toEqual(['sent_total{lane="kafka"}', 'level:rows:max']);
    expect(selectorsOf('up == 0 or absent(up{job="a"}) unless up')).toEqual(['up', 'up{job="a"}']);
  });

  it('are none in a constant', () => {
    expect(selectorsOf('vector(1)')).toEqual([]);
  });

  it('cannot be told of what is no PromQL', () => {
    expect(() => selectorsOf('sum(rate(sent_total[1m])')).toThrow('This is no PromQL');
  });
});
