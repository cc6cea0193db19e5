import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { capturedLines, pipeline, shipped } from './fixtures.ts';
import { get, type Event } from './logstash/event.ts';
import { filtered, unknownIn } from './logstash/run.ts';

const SERVICES = ['order', 'payment', 'notification', 'outside-world'];
const lines = capturedLines();
const lineOf = (service: string, text: string) => ({ service, replica: 1, offset: 0, time: '2026-11-25T04:00:00.000Z', text });
const json = (text: string) => JSON.parse(text) as Record<string, unknown>;
const documentsOf = (kept: typeof lines) =>
  kept.map((line) => filtered(pipeline, shipped(line))).filter((made) => made !== undefined);

/** Every line of a service's own logger, and of nginx's access log. */
const ofServices = lines.filter(({ service, text }) => SERVICES.includes(service) && text.startsWith('{'));
const ofNginx = lines.filter(({ service, text }) => service === 'nginx' && text.startsWith('{'));
const kept = ofServices.filter(({ text }) => json(text)['level'] !== 'debug');

/** Each pair: a name in the service's line, and the field of the document that must hold the same. */
const NAMES: Record<string, string> = {
  level: 'log.level',
  context: 'log.logger',
  msg: 'message',
  orderId: 'labels.order_id',
  messageId: 'labels.message_id',
  type: 'labels.message_type',
  source: 'labels.message_source',
  outcome: 'labels.outcome',
  traceId: 'trace.id',
  requestId: 'http.request.id',
  method: 'http.request.method',
  url: 'url.original',
  status: 'http.response.status_code',
  reason: 'error.message',
};
const reference = (path: string) =>
  path
    .split('.')
    .map((name) => `[${name}]`)
    .join('');

describe('the pipeline', () => {
  it('uses nothing that the stand-in for Logstash does not know', () => {
    expect(unknownIn(pipeline)).toEqual([]);
  });

  it('has real lines to read: every service, nginx, the servers, trouble and a dead letter', () => {
    for (const service of [...SERVICES, 'nginx', 'postgres', 'rabbitmq', 'kafka'])
      expect(lines.filter((line) => line.service === service)).not.toEqual([]);
    const text = lines.map((line) => line.text).join('\n');
    for (const part of [
      '"level":"debug"',
      '"level":"warn"',
      '"dead letter"',
      '"err":{',
      '"durationMs"',
      '"location":"/api/orders/',
    ])
      expect(text).toContain(part);
  });

  it('keeps what a service says, under the names of ECS', () => {
    expect(kept.length).toBeGreaterThan(100);
    for (const line of kept) {
      const given = json(line.text);
      const made = filtered(pipeline, shipped(line))!;
      for (const [name, path] of Object.entries(NAMES))
        if (given[name] !== undefined) expect([path, get(made, reference(path))]).toEqual([path, given[name]]);
      expect(made).toMatchObject({
        '@timestamp': given['time'],
        service: { name: line.service, node: { name: `${line.service}-${line.replica}` } },
      });
      expect(made['tags']).toBeUndefined();
    }
  });

  it("counts a request's time in nanoseconds, and takes an error apart", () => {
    const requests = kept.filter(({ text }) => 'durationMs' in json(text));
    const errors = kept.filter(({ text }) => 'err' in json(text));
    expect([requests.length, errors.length]).not.toContain(0);
    for (const line of requests)
      expect(get(filtered(pipeline, shipped(line))!, '[event][duration]')).toBe(Number(json(line.text)['durationMs']) * 1e6);
    for (const line of errors) {
      const { type, message, stack } = json(line.text)['err'] as Record<string, string>;
      expect(filtered(pipeline, shipped(line))!['error']).toEqual({ type, message, stack_trace: stack });
    }
  });

  it('keeps the names that it does not know of under waybill, and nothing of a line twice', () => {
    const known = [...Object.keys(NAMES), 'time', 'service', 'replica', 'err', 'durationMs', 'location'];
    for (const line of kept) {
      const rest = Object.fromEntries(Object.entries(json(line.text)).filter(([name]) => !known.includes(name)));
      expect(filtered(pipeline, shipped(line))!['waybill']).toEqual(rest);
    }
  });

  it('drops what a service says for its developers', () => {
    const debug = ofServices.filter(({ text }) => json(text)['level'] === 'debug');
    expect(debug).not.toEqual([]);
    expect(documentsOf(debug)).toEqual([]);
  });

  it('gives a request the order that it names, or that it made', () => {
    const requests = [...kept, ...ofNginx].filter(({ text }) => /"(?:url|path)":"\/api\/orders|orderId=/.test(text));
    expect(requests.map(({ service }) => service)).toEqual(expect.arrayContaining(['order', 'payment', 'nginx']));
    for (const line of requests) {
      const [id] = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/.exec(line.text.replace(/"traceId":"\w+"/, '')) ?? [];
      const made = filtered(pipeline, shipped(line))!;
      expect(get(made, '[labels][order_id]')).toBe(
        String(get(made, '[http][response][status_code]')).startsWith('2') ? id : undefined,
      );
    }
  });

  it('gives a request that names its order in capitals the order as every other line names it', () => {
    const line = ofNginx.find(({ text }) => /"path":"\/api\/orders\/\w/.test(text))!;
    const text = line.text.replace(/(?<="path":"\/api\/orders\/)[\w-]{36}/, (id) => id.toUpperCase());
    expect(text).not.toBe(line.text);
    const orderOf = (said: string) => get(filtered(pipeline, shipped({ ...line, text: said }))!, '[labels][order_id]');
    expect(orderOf(text)).toBe(orderOf(line.text));
  });

  it("reads nginx's access log: who asked what, how it was answered, and how long it took", () => {
    expect(ofNginx).not.toEqual([]);
    for (const line of ofNginx) {
      const given = json(line.text) as Record<string, string> & { status: number; seconds: number };
      const made = filtered(pipeline, shipped(line))!;
      expect(made).toMatchObject({
        message: `${given['method']} ${given['path']} ${given.status}`,
        http: { request: { id: given['requestId'], method: given['method'] }, response: { status_code: given.status } },
        url: { original: given['path'] },
        labels: { upstream: given['upstream'] },
        event: { duration: Math.round(given.seconds * 1000) * 1e6 },
      });
      expect(made['tags']).toBeUndefined();
      expect(made['waybill']).toBeUndefined();
    }
  });

  it("leaves a server's own line as it is", () => {
    const plain = lines.filter(({ text }) => !text.startsWith('{'));
    for (const line of plain) {
      const made = filtered(pipeline, shipped(line))!;
      expect(made).toMatchObject({ message: line.text, '@timestamp': line.time, service: { name: line.service } });
      expect(made['tags']).toBeUndefined();
    }
    expect(plain).not.toEqual([]);
  });

  it('keeps the text of JSON that is broken, and of JSON that is not a line of a logger', () => {
    for (const text of ['{"level":"info","ms', '{"deployed":"databases"}'])
      expect(filtered(pipeline, shipped(lineOf('order', text)))).toMatchObject({ message: text });
  });

  it('keeps no address of a customer, wherever an error brings one', () => {
    const line = (fields: object) =>
      lineOf('notification', JSON.stringify({ level: 'warn', time: '2026-11-25T04:00:00.000Z', ...fields }));
    const made = documentsOf([
      line({ msg: 'could not mail me+1@example.com', reason: 'Error: 550 <me@mail.example.com>: unknown' }),
      line({ msg: 'x', err: { type: 'Error', message: 'to me@example.com', stack: 'Error: to me@example.com\n  at send' } }),
    ]);
    expect(made).toHaveLength(2);
    expect(JSON.stringify(made)).not.toContain('example.com');
    expect(get(made[1]!, '[error][stack_trace]')).toBe('Error: to (e-mail)\n  at send');
  });

  it('keeps no copy of the line as it came, which an input that works by ECS adds', () => {
    for (const line of [ofServices[0]!, ofNginx[0]!]) {
      const made = filtered(pipeline, { ...shipped(line), event: { original: line.text } })!;
      expect(get(made, '[event][original]')).toBeUndefined();
    }
  });

  it('names a line by where and when it was written, so that the same one is known again', () => {
    const nameOf = (line: (typeof lines)[number]) => get(filtered(pipeline, shipped(line))!, '[@metadata][fingerprint]');
    const line = kept[0]!;
    expect(nameOf(line)).toMatch(/^[0-9a-f]{64}$/);
    expect(nameOf({ ...line })).toBe(nameOf(line));
    const others: Partial<typeof line>[] = [
      { offset: line.offset + 1 },
      { replica: 9 },
      { time: '2026-11-26T00:00:00.000Z' },
      { text: `${line.text} ` },
    ];
    expect(new Set([line, ...others.map((other) => ({ ...line, ...other }))].map(nameOf)).size).toBe(5);
  });

  it('makes only fields that the index knows', () => {
    const template = json(readFileSync(new URL('../../../infra/elk/elasticsearch/index-template.json', import.meta.url), 'utf8'));
    const properties = (template['template'] as { mappings: { properties: Mapping } }).mappings.properties;
    for (const made of documentsOf(lines)) expect(unmapped(made, properties)).toEqual([]);
  });
});

type Mapping = Record<string, { properties?: Mapping }>;

function unmapped(value: Event, mapping: Mapping): string[] {
  return Object.entries(value).flatMap(([name, child]) => {
    if (name === '@metadata') return [];
    const found = mapping[name];
    if (!found) return [name];
    return found.properties ? unmapped(child as Event, found.properties).map((rest) => `${name}.${rest}`) : [];
  });
}
