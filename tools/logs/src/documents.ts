import { createHash } from 'node:crypto';

/** A document of the index, or what Filebeat ships of a line: names of ECS, with dots in them where the source has written them so. */
export type Document = Readonly<Record<string, unknown>>;

interface Shipped extends Document {
  readonly '@timestamp': string;
  readonly message: string;
  readonly docker: { readonly attrs: Readonly<Record<string, string>> };
  readonly log: { readonly offset: number; readonly file: { readonly path: string } };
}

const DROPPED = ['trace', 'debug'];

/**
 * The documents that Logstash makes of what Filebeat ships, each with the name under which it writes it. No package registry
 * has Logstash, so this does by hand the little that infra/elk/logstash/pipeline.conf asks of it.
 */
export function documentsOf(events: readonly object[]): { id: string; source: Document }[] {
  return (events as Shipped[]).flatMap((event) => {
    const { '@timestamp': time, log, docker } = event;
    const text = event.message.replace(/\n$/, '');
    const container = { id: /containers\/([^/]+)\//.exec(log.file.path)![1] };
    const line = ownLine(text);
    if (DROPPED.includes(line['log.level'] as string)) return [];
    const { 'com.docker.compose.service': service, 'com.docker.compose.container-number': number } = docker.attrs;
    const about = { 'service.name': service, 'service.node.name': `${service}-${number}` };
    const { 'labels.order_id': order, ...source }: Document = {
      ...{ '@timestamp': time, message: text, container, log: { offset: log.offset } },
      ...line,
      ...about,
    };
    const name = [container.id, log.offset, time, text].join('|');
    return [
      {
        id: createHash('sha256').update(name).digest('hex'),
        source: order && order !== '-' ? { ...source, 'labels.order_id': String(order).toLowerCase() } : source,
      },
    ];
  });
}

/** A line that a service or a balancer has written in the names of ECS; nothing for any other text. */
export function ownLine(text: string): Document {
  if (!/^\{"(log\.level|@timestamp)":"/.test(text)) return {};
  try {
    const line = JSON.parse(text) as Document;
    return { ...line, '@timestamp': new Date(line['@timestamp'] as string).toISOString() };
  } catch {
    return {};
  }
}
