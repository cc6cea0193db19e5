import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ELASTICSEARCH } from './elasticsearch-software.ts';

it('the four images have the version of the Elasticsearch that was run', () => {
  const compose = readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8');
  const images = [...compose.matchAll(/image: docker\.elastic\.co\/(\S+):(\S+)/g)].map(([, name, version]) => [name, version]);
  expect(images).toEqual(
    ['elasticsearch/elasticsearch', 'logstash/logstash', 'kibana/kibana', 'beats/filebeat'].map((name) => [name, ELASTICSEARCH]),
  );
});
