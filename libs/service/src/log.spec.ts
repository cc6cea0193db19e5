import { describe, expect, it } from '@jest/globals';
import { inTrace } from '@waybill/messaging';
import { readFileSync } from 'node:fs';
import { createLog } from './log.js';

type Mapping = Record<string, { properties?: Mapping }>;
const template = JSON.parse(
  readFileSync(new URL('../../../infra/elk/elasticsearch/index-template.json', import.meta.url), 'utf8'),
) as { template: { mappings: { properties: Mapping } } };
const fieldsOf = (mapping: Mapping, path = ''): string[] =>
  Object.entries(mapping).flatMap(([name, { properties }]) =>
    properties ? fieldsOf(properties, `${path}${name}.`) : [path + name],
  );

const lines: string[] = [];
const log = createLog({ service: 'order', replica: 'order-1', logLevel: 'info' }, { write: (line) => void lines.push(line) });
const written = (write: () => void) => {
  lines.length = 0;
  write();
  return JSON.parse(lines[0]!) as Record<string, unknown>;
};
const everything = () =>
  written(() =>
    inTrace('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', { key: 'o1', messageId: 'm1' }, () =>
      log.warn(
        {
          context: 'Messaging',
          type: 'payment.charge.v1',
          source: 'order',
          outcome: 'dead',
          requestId: 'r1',
          method: 'POST',
          status: 202,
          url: '/api/orders',
          durationMs: 12,
          err: new TypeError('no'),
          afterMs: 1000,
        },
        'said',
      ),
    ),
  );

describe('a line of the log', () => {
  it('has the names of ECS, and what has none stays under waybill', () => {
    expect(everything()).toEqual({
      'log.level': 'warn',
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
      'service.name': 'order',
      'service.node.name': 'order-1',
      'log.logger': 'Messaging',
      'labels.order_id': 'o1',
      'labels.message_id': 'm1',
      'labels.message_type': 'payment.charge.v1',
      'labels.message_source': 'order',
      'labels.outcome': 'dead',
      'trace.id': '0af7651916cd43dd8448eb211c80319c',
      'span.id': 'b7ad6b7169203331',
      'http.request.id': 'r1',
      'http.request.method': 'POST',
      'http.response.status_code': 202,
      'url.original': '/api/orders',
      'event.duration': 12_000_000,
      'error.type': 'TypeError',
      'error.message': 'no',
      'error.stack_trace': expect.stringContaining('TypeError: no\n    at '),
      waybill: { afterMs: 1000 },
      message: 'said',
    });
  });

  it('has no name that the index of logs does not have', () => {
    expect(Object.keys(everything()).filter((name) => !fieldsOf(template.template.mappings.properties).includes(name))).toEqual(
      [],
    );
  });

  it('begins with its level, by which Logstash knows it', () => {
    everything();
    expect(lines[0]).toMatch(/^\{"log\.level":"warn","@timestamp":"/);
  });

  it('tells of an error that is the whole line', () => {
    expect(written(() => log.error(new Error('away')))).toMatchObject({ 'error.message': 'away', message: 'away' });
  });
});
