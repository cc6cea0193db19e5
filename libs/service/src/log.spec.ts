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

  it('tells of an error what is allowed by name, and quotes nobody', () => {
    const violation = Object.assign(new Error('null value in column "email" violates not-null constraint'), {
      ...{ code: '23502', constraint: 'emails', table: 'orders', detail: 'Failing row contains (Canary, canary@example.com).' },
      ...{ query: 'INSERT ..', parameters: ['canary@example.com'], where: 'Canary', driverError: { detail: 'Canary' } },
    });
    const value = Object.assign(new Error('invalid input syntax for type uuid: "Canary "B""'), { code: '22P02' });
    const smtp = new Error('550 <canary@example.com> is unknown', { cause: violation });
    const line = written(() =>
      log.error(
        { err: new Error('The mail failed', { cause: smtp }), to: 'Canary <canary@example.com>'.slice(7) },
        'to canary@example.com',
      ),
    );
    expect(JSON.stringify(line)).not.toMatch(/canary/i);
    expect(line).toMatchObject({
      'error.message': `The mail failed: 550 <(e-mail)> is unknown: ${violation.message}`,
      'error.stack_trace': expect.stringMatching(/^Error: The mail failed\n {4}at [^]*\ncaused by: Error: 550 <\(e-mail\)>/),
      message: 'to (e-mail)',
    });
    expect(written(() => log.error({ err: violation }, 'no'))).toMatchObject({
      'error.code': '23502',
      waybill: { constraint: 'emails', table: 'orders' },
    });
    expect(written(() => log.error({ err: value }, 'no'))['error.message']).toBe('invalid input syntax for type uuid: (value)');
    expect(JSON.stringify(written(() => log.error(smtp)))).not.toMatch(/canary/i);
  });

  it('tells of an error that is the whole line', () => {
    expect(written(() => log.error(new Error('away')))).toMatchObject({ 'error.message': 'away', message: 'away' });
  });
});
