import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@waybill/contracts';
import { filled } from './queries.ts';

describe("Grafana's variables", () => {
  it('are filled in as Grafana would', () => {
    expect(filled('rate(sent_total{service=~"$service"}[$__rate_interval])')).toBe(
      `rate(sent_total{service=~"(${SERVICES.toSorted().join('|')})"}[1m])`,
    );
  });

  it('that nobody knows are a mistake, and what belongs to PromQL is none', () => {
    expect(() => filled('rate(sent_total[$__interval])')).toThrow('the variable $__interval');
    expect(() => filled('sent_total{queue="$queue"}')).toThrow('the variable $queue');
    const query = 'label_replace(up, "group", "$1.handlers", "service", "(.+)")';
    expect(filled(query)).toBe(query);
  });
});
