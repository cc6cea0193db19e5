import { aggregationsOf, type Aggregation, panels, searches } from '@waybill/log-store';

/** What Kibana asks Elasticsearch for a query in Lucene's words. */
export const matching = (query: string) => ({ query_string: { query, analyze_wildcard: true } });

export interface Question {
  readonly title: string;
  readonly body: object;
}

/** What each saved search and each panel of the board asks Elasticsearch. */
export const questions = (): Question[] => [
  ...searches.map(({ title, query, columns }) => ({ title, body: { size: 50, query: matching(query), fields: columns } })),
  ...panels.map((panel) => ({
    title: panel.title,
    body: { size: 0, query: matching(panel.query), aggs: asElasticsearch(aggregationsOf(panel)) },
  })),
];

/** Kibana's list, metric first, becomes aggregations inside each other. A count is what every bucket has anyway. */
function asElasticsearch([metric, ...buckets]: readonly Aggregation[]): object {
  const inner = metric!.type === 'count' ? {} : { [metric!.id]: { percentiles: metric!.params } };
  return buckets.reduceRight<object>((aggs, { id, type, params }) => {
    const { field, size, min_doc_count: atLeast } = params;
    const asked =
      type === 'terms' ? { terms: { field, size } } : { date_histogram: { field, fixed_interval: '1s', min_doc_count: atLeast } };
    return { [id]: { ...asked, ...(Object.keys(aggs).length > 0 && { aggs }) } };
  }, inner);
}
