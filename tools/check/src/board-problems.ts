import { parse } from 'yaml';
import type { SourceFile } from './check.ts';

/** What tools/boards makes. */
export interface Made {
  /** Path and content of each board, the one that Grafana opens with first. */
  readonly files: readonly (readonly [path: string, text: string])[];
  /** The data source that every panel asks. */
  readonly source: { readonly type: string; readonly uid: string };
  /** Every alert that a panel names. */
  readonly alerts: readonly string[];
}

const FOLDER = 'infra/grafana/dashboards/';
const SOURCES = 'infra/grafana/provisioning/datasources-tls/prometheus.yml';
const PROVIDERS = 'infra/grafana/provisioning/dashboards/waybill.yml';
const SETTINGS = 'infra/grafana/grafana.ini';
const RULES = /^infra\/prometheus\/rules\/.+\.yml$/;

/** Where what Grafana reads is not what tools/boards makes, and alerts that no panel explains. */
export function boardProblems(files: readonly SourceFile[], made: Made): string[] {
  const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
  const { datasources } = parse(textOf(SOURCES)) as { datasources: readonly { type: string; uid: string }[] };
  const { providers } = parse(textOf(PROVIDERS)) as { providers: readonly { options: { path: string } }[] };
  const home = `default_home_dashboard_path = ${providers[0]?.options.path}/${made.files[0]?.[0].slice(FOLDER.length)}\n`;
  const alerts = files.filter(({ path }) => RULES.test(path)).flatMap(alertsIn);
  return [
    ...made.files
      .filter(([path, text]) => textOf(path) !== text)
      .map(([path]) => `${path} is not what tools/boards makes: \`npm run boards -- write\` writes it anew`),
    ...files
      .filter(({ path }) => path.startsWith(FOLDER) && !made.files.some(([other]) => other === path))
      .map(({ path }) => `${path} is no board of tools/boards`),
    ...(datasources.some(({ type, uid }) => type === made.source.type && uid === made.source.uid)
      ? []
      : [`${SOURCES} has no ${made.source.type} with the uid ${made.source.uid}, which the panels ask`]),
    ...(textOf(SETTINGS).includes(home) ? [] : [`${SETTINGS} lacks \`${home.trim()}\``]),
    ...alerts
      .filter((name) => !made.alerts.includes(name))
      .map((name) => `no panel names the alert ${name}: add it to the \`alerts\` of the one that shows why it fires`),
    ...made.alerts.filter((name) => !alerts.includes(name)).map((name) => `a panel names the alert ${name}, which is no rule`),
  ];
}

function alertsIn({ text }: SourceFile): string[] {
  const { groups } = parse(text) as { groups: readonly { rules: readonly { alert?: string }[] }[] };
  return groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
}
