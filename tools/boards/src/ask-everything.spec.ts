import { describe, expect, it } from '@jest/globals';
import { askEverything, problemOf } from './ask-everything.ts';
import type { Answer, Prometheus, Rule } from './prometheus.ts';

const one = (labels: Record<string, string> = {}): Answer => ({ series: [{ labels, numbers: [0] }] });
const nothing: Answer = { series: [] };

describe('an answer', () => {
  it('with a number is well, zero too', () => {
    expect(problemOf(one(), '', false)).toBeUndefined();
  });

  it('without a series, without a number or with an error is a problem', () => {
    expect(problemOf(nothing, '', false)).toBe('is empty');
    expect(problemOf({ series: [{ labels: {}, numbers: [] }] }, '', false)).toBe('has no number');
    expect(problemOf({ error: 'parse error' }, '', true)).toBe('fails (parse error)');
  });

  it('may be empty where it is listed', () => {
    expect(problemOf(nothing, '', true)).toBeUndefined();
  });

  it('must have the labels that its legend names', () => {
    expect(problemOf(one({ queue: 'a' }), '{{queue}} of {{vhost}}', false)).toBe(
      'has a legend with vhost, which its series lack',
    );
  });
});

describe('everything that is asked', () => {
  const rule = (type: Rule['type'], query: string): Rule => ({ name: 'a rule', type, query, health: 'ok' });
  const prometheus = (rules: readonly Rule[], answers: Record<string, Answer>): Prometheus => ({
    rules: async () => rules,
    course: async (query) => answers[query] ?? one(),
  });
  const ask = (rules: readonly Rule[], answers: Record<string, Answer>, allowed: readonly string[] = []) =>
    askEverything(
      prometheus(rules, answers),
      [{ of: 'a panel', expr: 'sum(sent_total)', legend: '' }],
      new Date(),
      allowed.map((text) => ({ text, because: 'of a reason' })),
    );

  it('is counted', async () => {
    const rules = [rule('recording', 'sum(up)'), rule('alerting', 'up == 0')];
    expect(await ask(rules, {})).toEqual({ queries: 1, rules: 2, series: 2, problems: [] });
  });

  it('is in order with an alert that is silent, but not with one whose series are missing', async () => {
    expect((await ask([rule('alerting', 'up == 0')], { 'up == 0': nothing })).problems).toEqual([]);
    expect((await ask([rule('alerting', 'up == 0')], { up: nothing })).problems).toEqual(['rule a rule is empty: up']);
  });

  it('must have an answer, and so must the series below', async () => {
    const empty = { 'sum(sent_total)': nothing, sent_total: nothing };
    expect((await ask([rule('recording', 'sum(up)')], empty)).problems).toEqual([
      'a panel is empty: sum(sent_total)',
      'a panel is empty: sent_total',
    ]);
    expect((await ask([rule('recording', 'sum(up)')], empty, ['sum(sent_total)', 'sent_total'])).problems).toEqual([]);
  });

  it('must be known to the list of what may be empty', async () => {
    expect((await ask([rule('recording', 'sum(up)')], {}, ['gone_total'])).problems).toEqual([
      'may-be-empty.ts allows what nobody asks: gone_total',
    ]);
  });

  it('tells a rule that fails, and that there is none at all', async () => {
    const failing = { ...rule('alerting', 'up == 0'), health: 'err', lastError: 'many-to-many matching' };
    expect((await ask([failing], {})).problems).toEqual(['rule a rule is err: many-to-many matching']);
    expect((await ask([], {})).problems).toEqual(['Prometheus has loaded no rule']);
  });
});
