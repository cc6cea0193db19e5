import { readFileSync } from 'node:fs';

const TEMPLATE = new URL('../../../infra/elk/elasticsearch/index-template.json', import.meta.url);
const STREAM = 'logs-waybill-default';

interface Elasticsearch {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** Fields and retention of the data stream, for one that is made later as for one that is there. Run again, it changes nothing. */
export async function setUpLogIndex(at: Elasticsearch, retention: string): Promise<void> {
  const { template, ...rest } = JSON.parse(readFileSync(TEMPLATE, 'utf8')) as { template: object };
  const lifecycle = { data_retention: retention };
  await ask(at, 'PUT', '/_index_template/waybill-logs', { ...rest, template: { ...template, lifecycle } });
  // The template is read when a stream is made: one that is there keeps its retention until it is told.
  if (await ask(at, 'HEAD', `/${STREAM}`)) await ask(at, 'PUT', `/_data_stream/${STREAM}/_lifecycle`, lifecycle);
}

/** False where there is nothing (404). */
async function ask({ url, user, password }: Elasticsearch, method: string, path: string, body?: object): Promise<boolean> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (response.status === 404) return false;
  if (!response.ok) throw new Error(`Elasticsearch answers ${method} ${path} with ${response.status}: ${answer}`);
  return true;
}
