import { describe, expect, it } from '@jest/globals';
import { alertProblems } from './alert-rules.ts';

const rule = `
groups:
  - name: all
    rules:
      - record: orders:rate
        expr: rate(orders[1m])
      - alert: Stuck
        expr: age > 60
        labels: { severity: critical }
        annotations: { summary: It is stuck, description: For a minute, runbook_url: docs/runbooks/Stuck.md }
`;
const cases = `
tests:
  - alert_rule_test:
      - { eval_time: 1m, alertname: Stuck, exp_alerts: [] }
      - { eval_time: 2m, alertname: Stuck, exp_alerts: [{ exp_labels: { severity: critical } }] }
`;

describe('the rules of alerts', () => {
  it('are satisfied by an alert that has everything; what is only recorded needs nothing', () => {
    expect(alertProblems(rule, cases, ['Stuck'])).toEqual([]);
  });

  it.each([
    ['labels: { severity: critical }', 'labels: { severity: loud }', 'Stuck needs a severity: critical, warning, none'],
    ['summary: It is stuck, ', '', 'Stuck needs a summary'],
    ['description: For a minute, ', '', 'Stuck needs a description'],
    ['docs/runbooks/Stuck.md', 'docs/runbooks/Other.md', 'Stuck needs runbook_url: docs/runbooks/Stuck.md'],
  ])('are broken by %s written as "%s"', (right, wrong, problem) => {
    expect(alertProblems(rule.replace(right, wrong), cases, ['Stuck'])).toEqual([problem]);
  });

  it('want a page for each alert, and an alert for each page', () => {
    expect(alertProblems(rule, cases, ['Slow'])).toEqual([
      'Stuck needs the page docs/runbooks/Stuck.md',
      'docs/runbooks/Slow.md is the page of no alert',
    ]);
  });

  it('want a case in which it fires and one in which it must not', () => {
    expect(alertProblems(rule, cases.replace(/.*2m.*/, ''), ['Stuck'])).toEqual(['Stuck has no promtool case in which it fires']);
    expect(alertProblems(rule, cases.replace(/.*1m.*/, ''), ['Stuck'])).toEqual([
      'Stuck has no promtool case in which it must not fire',
    ]);
  });
});
