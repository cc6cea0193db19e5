import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { documentsOf, ownLine } from './documents.ts';
import { capturedLines, shipped } from './fixtures.ts';

const infra = (file: string) => readFileSync(new URL(`../../../infra/${file}`, import.meta.url), 'utf8');
const pipeline = infra('elk/logstash/pipeline.conf');
const lines = capturedLines();
const SERVICES = ['order', 'payment', 'notification', 'outside-world'];
const ours = lines.filter(({ text }) => 'message' in ownLine(text));

describe('the pipeline', () => {
  it('asks of Logstash no more than what is done by hand here', () => {
    const filter = pipeline.slice(pipeline.indexOf('filter {'), pipeline.indexOf('output {'));
    expect([...filter.matchAll(/^ +(\w+) \{/gm)].map(([, name]) => name)).toEqual([
      'mutate',
      'dissect',
      'fingerprint',
      'json',
      'drop',
      'mutate',
      'mutate',
      'mutate',
      'mutate',
      'mutate',
      'mutate',
    ]);
    expect(filter.match(/^ +if .*/gm)!.map((line) => line.trim())).toEqual([
      'if [message] =~ /^\\{"(log\\.level|@timestamp)":"/ {',
      'if [log.level] in ["trace", "debug"] {',
      'if [labels.order_id] in ["", "-"] {',
    ]);
  });

  it('replaces the address of a customer, wherever an error brings one', () => {
    const replaced = [...pipeline.matchAll(/"(.+)", '(.+)', "\(e-mail\)"/g)];
    expect(replaced.map(([, field]) => field)).toEqual(['message', '[error.message]', '[error.stack_trace]']);
    for (const [, , pattern] of replaced)
      expect('550 <me+1@mail.example.com>: unknown, to=me@example.com'.replaceAll(new RegExp(pattern!, 'g'), '(e-mail)')).toBe(
        '550 <(e-mail)>: unknown, to=(e-mail)',
      );
  });

  it('gets real lines to read: every service, nginx, the servers, trouble and a dead letter', () => {
    for (const service of [...SERVICES, 'nginx', 'postgres', 'rabbitmq', 'kafka'])
      expect(lines.filter((line) => line.service === service)).not.toEqual([]);
    const text = lines.map((line) => line.text).join('\n');
    for (const part of [
      'level":"debug"',
      'level":"warn"',
      '"dead letter"',
      '"error.stack_trace"',
      '"event.duration"',
      '"location":"/api/orders/',
    ])
      expect(text).toContain(part);
  });

  it('knows each line of a service and of the access log by how it begins, and no other', () => {
    const written = lines.filter(({ service, text }) => [...SERVICES, 'nginx'].includes(service) && text.startsWith('{'));
    expect(ours).toEqual(written);
    for (const text of ['{"log.level":"info","mess', '{"deployed":"databases"}', '2026-11-25 LOG: ready'])
      expect(documentsOf([shipped({ ...lines[0]!, text })])[0]!.source).toMatchObject({ message: text });
  });

  it('drops what a service says for its developers', () => {
    const debug = lines.filter(({ text }) => ownLine(text)['log.level'] === 'debug');
    expect(debug).not.toEqual([]);
    expect(documentsOf(debug.map(shipped))).toEqual([]);
  });

  it('gives a request the order that it names, or that it made', () => {
    const requests = ours.map(({ text }) => ownLine(text)).filter((line) => 'http.response.status_code' in line);
    const named = requests.filter(
      (line) => /orders\/|orderId=/.test(JSON.stringify(line)) && line['http.response.status_code'] === 200,
    );
    expect(named.length).toBeGreaterThan(3);
    for (const line of named) expect(JSON.stringify({ ...line, 'labels.order_id': '' })).toContain(line['labels.order_id']);
    const made = requests.filter((line) => line['http.response.status_code'] === 202);
    expect(made.map((line) => line['labels.order_id'])).not.toContain(undefined);
  });

  it('names a line by where and when it was written, so that the same one is known again', () => {
    const idOf = (line: (typeof lines)[number]) => documentsOf([shipped(line)])[0]!.id;
    const line = lines.find(({ service }) => service === 'postgres')!;
    const others = [{ offset: line.offset + 1 }, { replica: 9 }, { time: '2026-11-26T00:00:00.000Z' }, { text: `${line.text} ` }];
    expect(new Set([line, { ...line }, ...others.map((other) => ({ ...line, ...other }))].map(idOf)).size).toBe(5);
  });

  it('makes only fields that the index knows', () => {
    const { template } = JSON.parse(infra('elk/elasticsearch/index-template.json')) as {
      template: { mappings: { properties: Mapping } };
    };
    const known = fieldsOf(template.mappings.properties);
    const made = documentsOf(lines.map(shipped)).flatMap(({ source }) => Object.keys(source));
    expect([...new Set(made)].filter((name) => !known.includes(name))).toEqual([]);
  });
});

type Mapping = Record<string, { properties?: Mapping }>;

/** `labels` and `labels.order_id`: a document may have either form. */
const fieldsOf = (mapping: Mapping, path = ''): string[] =>
  Object.entries(mapping).flatMap(([name, { properties }]) => [
    path + name,
    ...(properties ? fieldsOf(properties, `${path}${name}.`) : []),
  ]);
