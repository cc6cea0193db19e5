import { describe, expect, it } from '@jest/globals';
import { boardProblems } from './board-problems.ts';

const made = {
  files: [['infra/grafana/dashboards/first.json', '{}\n']],
  source: { type: 'prometheus', uid: 'prometheus' },
  alerts: ['OutboxStuck'],
} as const;

const files = {
  'infra/grafana/dashboards/first.json': '{}\n',
  'infra/grafana/provisioning/datasources-tls/prometheus.yml': 'datasources: [{ type: prometheus, uid: prometheus }]',
  'infra/grafana/provisioning/dashboards/waybill.yml': 'providers: [{ options: { path: /boards } }]',
  'infra/grafana/grafana.ini': '[dashboards]\ndefault_home_dashboard_path = /boards/first.json\n',
  'infra/prometheus/rules/alerts.yml': 'groups: [{ rules: [{ alert: OutboxStuck }, { record: rows }] }]',
};

const problemsWith = (changed: Readonly<Record<string, string>>) =>
  boardProblems(
    Object.entries({ ...files, ...changed }).map(([path, text]) => ({ path, text })),
    made,
  );

describe('what Grafana reads', () => {
  it('is what tools/boards makes', () => {
    expect(problemsWith({})).toEqual([]);
  });

  it.each([
    ['a board that was changed by hand', 'infra/grafana/dashboards/first.json', '{ }\n', 'is not what tools/boards makes'],
    ['a board that nothing makes', 'infra/grafana/dashboards/other.json', '{}\n', 'is no board of tools/boards'],
    [
      'another data source',
      'infra/grafana/provisioning/datasources-tls/prometheus.yml',
      'datasources: [{ type: prometheus, uid: other }]',
      'has no prometheus with the uid prometheus',
    ],
    ['another home', 'infra/grafana/grafana.ini', '[dashboards]\n', 'lacks `default_home_dashboard_path = /boards/first.json`'],
  ])('and not %s', (_, path, text, words) => {
    expect(problemsWith({ [path]: text })).toEqual([expect.stringContaining(words)]);
  });
});

describe('an alert', () => {
  it('is named by a panel, and a panel names no other', () => {
    expect(problemsWith({ 'infra/prometheus/rules/alerts.yml': 'groups: [{ rules: [{ alert: Other }] }]' })).toEqual([
      'no panel names the alert Other: add it to the `alerts` of the one that shows why it fires',
      'a panel names the alert OutboxStuck, which is no rule',
    ]);
  });
});
