import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { SERVICES } from '@waybill/contracts';

/** A query as a board asks it. */
export interface Query {
  /** `2 Services: Requests`, for people. */
  readonly of: string;
  readonly expr: string;
  /** With `{{label}}` for what the answer's series are told apart by. */
  readonly legend: string;
}

const isPanel = (panel: Panel | RowPanel): panel is Panel => panel.type !== 'row';

/** Without the rows, which are only headings. */
export const panelsOf = ({ panels = [] }: Dashboard): Panel[] => panels.filter(isPanel);

/** The SDK's panels may ask any data source; ours ask Prometheus alone. */
export const targetsOf = ({ targets }: Panel): Dataquery[] => (targets as Dataquery[] | undefined) ?? [];

/** Every query of a board, those that fill its variables included. */
export const queriesOf = (board: Dashboard): Query[] => [
  ...panelsOf(board).flatMap((panel) =>
    targetsOf(panel).map(({ expr, legendFormat = '' }) => ({
      of: `${board.title}: ${panel.title}`,
      expr,
      legend: legendFormat,
    })),
  ),
  ...(board.templating?.list ?? []).map(({ name, definition = '' }) => ({
    of: `${board.title}: variable ${name}`,
    expr: valuesAsQuery(definition),
    legend: '',
  })),
];

/** `label_values(METRIC, LABEL)` is Grafana's own: the same in Prometheus's language. */
function valuesAsQuery(definition: string): string {
  const [, metric, label] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
  if (!metric || !label)
    throw new Error(`A variable is filled by ${definition}: only label_values(METRIC, LABEL) is known here.`);
  return `count by (${label}) (${metric})`;
}

/** As Grafana fills them in for a board of 15 minutes, with a scrape interval of 15 s in its data source and "All" chosen. */
const FILLED: readonly (readonly [variable: string, value: string])[] = [
  ['$__rate_interval', '1m'],
  ['$service', `(${SERVICES.toSorted().join('|')})`],
];

/** The query as Prometheus gets it. Throws when a variable is left. */
export function filled(expr: string): string {
  const text = FILLED.reduce((rest, [variable, value]) => rest.replaceAll(variable, value), expr);
  // In label_replace `$1` is Prometheus's.
  const left = /\$\{?[a-z_]\w*/i.exec(text);
  if (left) throw new Error(`${expr} has the variable ${left[0]}, which is not known here.`);
  return text;
}
