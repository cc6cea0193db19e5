import { panels, searches, type LogPanel, type LogSearch } from './log-searches.ts';

/** An object as Kibana imports and exports it. */
export interface SavedObject {
  readonly id: string;
  readonly type: 'index-pattern' | 'search' | 'visualization' | 'dashboard';
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly id: string; readonly type: string; readonly name: string }[];
  /** In which form the attributes are written: Kibana brings older forms up to its own. */
  readonly typeMigrationVersion: string;
  readonly coreMigrationVersion: '8.8.0';
}

export const DATA_VIEW = 'waybill-logs';
export const BOARD = 'waybill-board';
const INDEX_REFERENCE = 'kibanaSavedObjectMeta.searchSourceJSON.index';

/** The data view, the saved searches, the panels and the board with them, in the form of an export of Kibana 8. */
export const kibanaObjects = (): SavedObject[] => [dataView(), ...searches.map(search), ...panels.map(visualization), board()];

const object = (
  type: SavedObject['type'],
  id: string,
  typeMigrationVersion: string,
  attributes: Record<string, unknown>,
  references: SavedObject['references'],
): SavedObject => ({ id, type, attributes, references, typeMigrationVersion, coreMigrationVersion: '8.8.0' });

const dataView = () =>
  object(
    'index-pattern',
    DATA_VIEW,
    '8.0.0',
    {
      title: 'logs-waybill-*',
      name: 'Waybill logs',
      timeFieldName: '@timestamp',
      fieldFormatMap: JSON.stringify({
        'event.duration': {
          id: 'duration',
          params: { inputFormat: 'nanoseconds', outputFormat: 'asMilliseconds', outputPrecision: 0, showSuffix: true },
        },
      }),
      fieldAttrs: '{}',
      fields: '[]',
      runtimeFieldMap: '{}',
      sourceFilters: '[]',
    },
    [],
  );

const overData = (query: string) => ({
  searchSourceJSON: JSON.stringify({ query: { query, language: 'lucene' }, filter: [], indexRefName: INDEX_REFERENCE }),
});
const dataReference = [{ id: DATA_VIEW, type: 'index-pattern', name: INDEX_REFERENCE }];

const search = ({ id, title, description, query, columns, newestFirst }: LogSearch) =>
  object(
    'search',
    id,
    '8.0.0',
    {
      title,
      description,
      columns,
      sort: [['@timestamp', newestFirst ? 'desc' : 'asc']],
      grid: {},
      hideChart: false,
      isTextBasedQuery: false,
      timeRestore: false,
      kibanaSavedObjectMeta: overData(query),
    },
    dataReference,
  );

/** One of Kibana's own aggregations. */
export interface Aggregation {
  readonly id: string;
  readonly enabled: true;
  readonly type: 'count' | 'percentiles' | 'date_histogram' | 'terms';
  readonly schema: 'metric' | 'segment' | 'group' | 'bucket';
  readonly params: Readonly<Record<string, unknown>>;
}

export const PERCENTS = [50, 95, 99];

/** What a panel asks, in Kibana's words: what is measured, then by what. */
export function aggregationsOf({ shape, by, percentilesOf }: LogPanel): Aggregation[] {
  const metric: Aggregation = percentilesOf
    ? { id: '1', enabled: true, type: 'percentiles', schema: 'metric', params: { field: percentilesOf, percents: PERCENTS } }
    : { id: '1', enabled: true, type: 'count', schema: 'metric', params: {} };
  const time: Aggregation = {
    id: 'time',
    enabled: true,
    type: 'date_histogram',
    schema: 'segment',
    params: { field: '@timestamp', interval: 'auto', useNormalizedEsInterval: true, drop_partials: false, min_doc_count: 1 },
  };
  const terms = by.map((field, index): Aggregation => ({
    id: String(index + 2),
    enabled: true,
    type: 'terms',
    schema: shape === 'table' ? 'bucket' : 'group',
    params: { field, size: 20, order: 'desc', orderBy: percentilesOf ? '_key' : '1', otherBucket: false, missingBucket: false },
  }));
  return shape === 'table' ? [metric, ...terms] : [metric, time, ...terms];
}

const visualization = (panel: LogPanel) =>
  object(
    'visualization',
    panel.id,
    '8.5.0',
    {
      title: panel.title,
      description: '',
      uiStateJSON: '{}',
      version: 1,
      visState: JSON.stringify({
        title: panel.title,
        type: panel.shape === 'table' ? 'table' : 'histogram',
        aggs: aggregationsOf(panel),
        params: panel.shape === 'table' ? TABLE : BARS,
      }),
      kibanaSavedObjectMeta: overData(panel.query),
    },
    dataReference,
  );

const TABLE = {
  perPage: 10,
  showPartialRows: false,
  showMetricsAtAllLevels: false,
  showTotal: false,
  totalFunc: 'sum',
  percentageCol: '',
};

const BARS = {
  type: 'histogram',
  grid: { categoryLines: false },
  categoryAxes: [
    {
      id: 'CategoryAxis-1',
      type: 'category',
      position: 'bottom',
      show: true,
      scale: { type: 'linear' },
      labels: { show: true, filter: true, truncate: 100 },
      title: {},
      style: {},
    },
  ],
  valueAxes: [
    {
      id: 'ValueAxis-1',
      name: 'LeftAxis-1',
      type: 'value',
      position: 'left',
      show: true,
      scale: { type: 'linear', mode: 'normal' },
      labels: { show: true, rotate: 0, filter: false, truncate: 100 },
      title: { text: 'lines' },
      style: {},
    },
  ],
  seriesParams: [
    {
      show: true,
      type: 'histogram',
      mode: 'stacked',
      data: { label: 'lines', id: '1' },
      valueAxis: 'ValueAxis-1',
      drawLinesBetweenPoints: true,
      showCircles: true,
    },
  ],
  addTooltip: true,
  addLegend: true,
  legendPosition: 'right',
  times: [],
  addTimeMarker: false,
  labels: { show: false },
  thresholdLine: { show: false, value: 10, width: 1, style: 'full', color: '#E7664C' },
};

/** Two panels beside each other, and under them what is read line by line. Kibana's grid is 48 wide. */
function board(): SavedObject {
  const shown = [
    ...panels.map(({ id }) => ({ id, type: 'visualization', w: 24, h: 11 })),
    { id: 'waybill-errors-with-trace', type: 'search', w: 48, h: 18 },
  ];
  const placed = shown.map((panel, index) => ({
    ...panel,
    i: String(index + 1),
    x: (index % 2) * 24,
    y: Math.floor(index / 2) * 11,
  }));
  return object(
    'dashboard',
    BOARD,
    '8.9.0',
    {
      title: 'Waybill: what the services say',
      description: 'What is said, by whom, what went wrong, and how customers were answered.',
      hits: 0,
      version: 1,
      timeRestore: true,
      timeFrom: 'now-15m',
      timeTo: 'now',
      refreshInterval: { pause: false, value: 10_000 },
      optionsJSON: JSON.stringify({ useMargins: true, hidePanelTitles: false }),
      panelsJSON: JSON.stringify(
        placed.map(({ type, i, x, y, w, h }) => ({
          type,
          panelIndex: i,
          gridData: { i, x, y, w, h },
          embeddableConfig: {},
          panelRefName: `panel_${i}`,
        })),
      ),
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify({ query: { query: '', language: 'lucene' }, filter: [] }) },
    },
    placed.map(({ id, type, i }) => ({ id, type, name: `${i}:panel_${i}` })),
  );
}
