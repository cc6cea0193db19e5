import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

const ELK = ['elasticsearch', 'kibana', 'logstash', 'filebeat'];
const MEBIBYTES = { m: 1, g: 1024 };

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const compose = read('docker-compose.yml');

function limitOf(service: string): number {
  const [, amount, unit] =
    new RegExp(`^  ${service}:\\n(?:    .*\\n|\\n)*?    mem_limit: (\\d+)([mg])$`, 'm').exec(compose) ?? [];
  return Number(amount) * MEBIBYTES[unit as keyof typeof MEBIBYTES];
}

const together = `${(ELK.map(limitOf).reduce((sum, limit) => sum + limit) / 1024).toFixed(1)} GB`;

it.each(['docker-compose.yml', 'docs/logs.md', 'docs/how-to/run-with-docker.md', 'docs/operate.md'])(
  '%s names the memory that the four of the profile may use',
  (file) => {
    const named = read(file).match(/\d\.\d GB(?=(\*\*)?( of memory limits| in all))/g);
    expect(named).toEqual([together]);
  },
);

it('the page about the logs names what each of the four may use', () => {
  const named = /\(Elasticsearch ([\d.]+) GB, Kibana ([\d.]+) GB, Logstash (\d+) MB, Filebeat (\d+) MB\)/.exec(
    read('docs/logs.md'),
  );
  const [elasticsearch, kibana, logstash, filebeat] = (named ?? []).slice(1).map(Number);
  expect([elasticsearch! * 1024, kibana! * 1024, logstash, filebeat]).toEqual(ELK.map(limitOf));
});
