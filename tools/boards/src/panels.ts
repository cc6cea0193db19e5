import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType, ThresholdsConfigBuilder, ThresholdsMode, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** The data source of infra/grafana/provisioning. */
export const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };

/** What every panel tells of itself. */
interface About {
  readonly title: string;
  /** One or two sentences behind the (i): what is shown, what is normal. */
  readonly says: string;
  /** The alerts that fire over what is shown here; each has a page in docs/runbooks. */
  readonly alerts?: readonly string[];
  readonly unit: string;
  readonly decimals?: number;
  /** Columns of the 24 that a board has. */
  readonly width: number;
  /** The color of the lowest values, then what changes it, upwards. */
  readonly colors?: Colors;
}

type Colors = readonly [lowest: string, ...changes: readonly (readonly [from: number, color: string])[]];
/** Each query under the legend of what it answers: `{ '{{queue}}': 'rabbitmq_...' }`. */
type Queries = Readonly<Record<string, string>>;

const GRAPH_ROWS = 8;
const FIGURE_ROWS = 4;

/** The words that open a board, in Markdown. */
export const words = (content: string, rows: number): Builder<Panel> =>
  new TextBuilder().mode(TextMode.Markdown).content(content).transparent(true).span(24).height(rows);

/** Lines over time. `stacked` where the sum means something, `most` where there is a natural end. */
export function graph(about: About & { readonly stacked?: boolean; readonly most?: number }, queries: Queries): Builder<Panel> {
  const panel = described(new GraphBuilder(), about)
    .height(GRAPH_ROWS)
    .min(0)
    .lineWidth(1)
    .fillOpacity(about.stacked ? 30 : 8)
    .showPoints(VisibilityMode.Never)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .calcs(['lastNotNull', 'max']),
    )
    .targets(Object.entries(queries).map(([legend, query], index) => overTime(query, legend, index)));
  if (about.stacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (about.most !== undefined) panel.max(about.most);
  if (about.colors) panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return panel;
}

/** One number of now, with its course behind it. */
export const figure = (about: About, query: string): Builder<Panel> =>
  described(new StatBuilder(), about)
    .height(FIGURE_ROWS)
    .colorMode(about.colors ? BigValueColorMode.Background : BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .targets([overTime(query, '', 0)]);

/** A bar for each thing that is there (1) or not (0). */
export const upOrDown = (about: Omit<About, 'unit' | 'colors'>, queries: Queries): Builder<Panel> =>
  described(new TimelineBuilder(), { ...about, unit: 'bool_yes_no', colors: ['red', [1, 'green']] })
    .height(GRAPH_ROWS)
    .mappings([
      {
        type: MappingType.ValueToText,
        options: { '0': { text: 'down', color: 'red' }, '1': { text: 'up', color: 'green' } },
      },
    ])
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .legend(new VizLegendOptionsBuilder().showLegend(true).displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom))
    .targets(Object.entries(queries).map(([legend, query], index) => overTime(query, legend, index)));

/** A row for each series of now; `columns` names its labels and the value, in the order to show. */
export const list = (about: About, query: string, columns: Readonly<Record<string, string>>): Builder<Panel> =>
  described(new TableBuilder(), about)
    .height(GRAPH_ROWS)
    .targets([new DataqueryBuilder().datasource(PROMETHEUS).expr(query).instant().format(PromQueryFormat.Table).refId(refId(0))])
    .withTransformation({ id: 'filterFieldsByName', options: { include: { names: Object.keys(columns) } } })
    .withTransformation({
      id: 'organize',
      options: {
        renameByName: columns,
        indexByName: Object.fromEntries(Object.keys(columns).map((name, index) => [name, index])),
      },
    });

const overTime = (query: string, legend: string, index: number) =>
  new DataqueryBuilder().datasource(PROMETHEUS).expr(query).legendFormat(legend).range().refId(refId(index));

/** As Grafana names queries: A, B, C ... */
const refId = (index: number) => String.fromCharCode('A'.charCodeAt(0) + index);

/** What all kinds of panels have, in the SDK's words. */
interface AnyPanel {
  title(title: string): this;
  description(text: string): this;
  unit(unit: string): this;
  decimals(decimals: number): this;
  span(columns: number): this;
  datasource(source: typeof PROMETHEUS): this;
  thresholds(thresholds: ThresholdsConfigBuilder): this;
}

function described<Kind extends AnyPanel>(panel: Kind, { title, says, alerts = [], unit, width, colors, decimals }: About): Kind {
  const description = [says, ...alerts.map(alertWords)].join('\n\n');
  panel.title(title).description(description).unit(unit).span(width).datasource(PROMETHEUS);
  if (decimals !== undefined) panel.decimals(decimals);
  const [lowest, ...changes] = colors ?? ['green'];
  // `null` is Grafana's word for "from the beginning".
  const steps = [{ value: null, color: lowest }, ...changes.map(([value, color]) => ({ value, color }))];
  return panel.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps));
}

/** Without a link: Grafana would look for the page of Prometheus among its own. */
const alertWords = (name: string) => `Alert ${name}: what to do is in \`docs/runbooks/${name}.md\`.`;
