import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setUpLogIndex } from './log-index.ts';

let server: Server;
const asked: { line: string; authorization?: string | undefined; body: string }[] = [];

async function elasticsearchThatAnswers(statusOf: (method: string) => number) {
  asked.length = 0;
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization, body });
      response.writeHead(statusOf(request.method!)).end(request.method === 'HEAD' ? undefined : '{"error":"why"}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, user: 'setup', password: 'secret' };
}

afterEach(() => void server.close());

describe("the logs' index", () => {
  it('has its retention in the template, for the stream that the first line makes', async () => {
    await setUpLogIndex(await elasticsearchThatAnswers((method) => (method === 'HEAD' ? 404 : 200)), '3d');
    expect(asked.map(({ line }) => line)).toEqual(['PUT /_index_template/waybill-logs', 'HEAD /logs-waybill-default']);
    expect(JSON.parse(asked[0]!.body)).toMatchObject({
      data_stream: {},
      template: { lifecycle: { data_retention: '3d' }, mappings: { dynamic: false } },
    });
    expect(asked[0]!.authorization).toBe(`Basic ${btoa('setup:secret')}`);
  });

  it('tells a stream that is there as well', async () => {
    await setUpLogIndex(await elasticsearchThatAnswers(() => 200), '3d');
    expect(asked.at(-1)).toMatchObject({
      line: 'PUT /_data_stream/logs-waybill-default/_lifecycle',
      body: '{"data_retention":"3d"}',
    });
  });

  it('fails with what Elasticsearch says', async () => {
    await expect(setUpLogIndex(await elasticsearchThatAnswers(() => 400), 'never')).rejects.toThrow('with 400: {"error":"why"}');
  });
});
