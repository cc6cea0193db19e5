import { deepStrictEqual, notStrictEqual, strictEqual } from 'node:assert';
import { oneOrder, setUpLogIndex } from '@waybill/log-store';
import { documentsOf, type Document } from './documents.ts';
import { passwordOf, type Elasticsearch } from './elasticsearch.ts';
import { capturedLines, shipped } from './fixtures.ts';
import { matching, questions } from './questions.ts';

const STREAM = 'logs-waybill-default';

interface Answer {
  readonly hits: { readonly total: { readonly value: number }; readonly hits: { readonly _source: Document }[] };
  readonly _shards: { readonly failed: number };
  readonly aggregations?: Readonly<Record<string, { readonly buckets: readonly object[] }>>;
}

/** What is promised of Elasticsearch, on the real one, with the documents that the pipeline makes of real lines. */
export async function checkElasticsearch(elasticsearch: Elasticsearch, say: (line: string) => void): Promise<void> {
  const [setup, logstash, reader] = [elasticsearch.as('setup'), elasticsearch.as('logstash'), elasticsearch.as('reader')];
  const setUp = { url: elasticsearch.url, user: 'setup', password: passwordOf('elasticsearch-setup') };
  await setUpLogIndex(setUp, '3d');
  say('the index template is taken, from the step of the compose file');

  const documents = documentsOf(capturedLines().map(shipped));
  const created = await logstash.create(STREAM, documents);
  deepStrictEqual(new Set(created), new Set([201]));
  deepStrictEqual(new Set(await logstash.create(STREAM, documents)), new Set([409]));
  strictEqual((await reader.get<{ count: number }>(`/${STREAM}/_count`)).count, documents.length);
  say(`${documents.length} documents are in the data stream, and sent again they are refused`);

  const someId = documents.find(({ source }) => source['labels.outcome'] === 'handled')!;
  strictEqual(await logstash.refused(logstash.get(`/${STREAM}/_search`)), 403);
  strictEqual(await reader.refused(reader.create(STREAM, [someId])), 403);
  strictEqual(await setup.refused(setup.get(`/${STREAM}/_search`)), 403);
  say('Logstash may write and not read, the reader read and not write, the step neither');

  const path = `/_cluster/state/metadata/${STREAM}?filter_path=metadata.data_stream`;
  const state = JSON.stringify(await setup.get<object>(path));
  strictEqual(/"data_retention":"3d"/.test(state), true, state);
  const mapping = await setup.get<object>(`/${STREAM}/_mapping/field/labels.*,trace.id,http.request.id`);
  const types = [...JSON.stringify(mapping).matchAll(/"type":"(\w+)"/g)].map(([, type]) => type);
  deepStrictEqual([types.length > 6, new Set(types)], [true, new Set(['keyword'])]);
  say('the data stream has the retention, the ids are keywords');

  await checkOneOrder(elasticsearch, documents);
  say('one order by its id: exactly its lines, of every service, in the order in which they were written');

  for (const { title, body } of questions()) {
    const { hits, _shards, aggregations } = await reader.post<Answer>(`/${STREAM}/_search`, body);
    strictEqual(_shards.failed, 0, title);
    notStrictEqual(hits.total.value, 0, `${title} finds nothing`);
    for (const { buckets } of Object.values(aggregations ?? {})) notStrictEqual(buckets.length, 0, `${title} has no bucket`);
  }
  say(`${questions().length} questions of the saved searches and the board are answered, none with nothing`);
}

async function checkOneOrder(elasticsearch: Elasticsearch, documents: readonly { source: Document }[]): Promise<void> {
  const counts = new Map<string, number>();
  for (const { source } of documents) {
    const id = source['labels.order_id'] as string | undefined;
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const [orderId] = [...counts].sort(([, a], [, b]) => b - a)[0]!;
  const { hits } = await elasticsearch.as('reader').post<Answer>(`/${STREAM}/_search`, {
    size: 100,
    query: matching(oneOrder(orderId)),
    sort: [{ '@timestamp': 'asc' }],
  });
  const found = hits.hits.map(({ _source }) => _source);
  const wanted = documents.map(({ source }) => source).filter((source) => JSON.stringify(source).includes(orderId));
  deepStrictEqual(sorted(found), sorted(wanted));
  const times = found.map((source) => source['@timestamp'] as string);
  deepStrictEqual(times, [...times].sort());
  const services = new Set(found.map((source) => source['service.name']));
  deepStrictEqual(services, new Set(['nginx', 'order', 'payment', 'notification']));
}

const sorted = (sources: readonly Document[]) => sources.map((source) => JSON.stringify(source)).sort();
