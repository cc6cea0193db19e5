import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Forwarder } from './forwarder.js';

let server: Server;
let bodies: string[];
let status: number;
let url: string;
beforeEach(async () => {
  [bodies, status] = [[], 200];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    bodies.push(body);
    response.writeHead(status).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise(setImmediate);
};
/** Long enough for a batch that was taken to arrive. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 100));

it('hands on each batch, in the order in which they came', async () => {
  const forwarder = new Forwarder(url);
  for (let n = 0; n < 10; n++) forwarder.forward({ n });
  await until(() => bodies.length === 10);
  expect(bodies).toEqual(Array.from({ length: 10 }, (_, n) => `{"n":${n}}`));
});

it('leaves a place alone for ten seconds that did not take a batch, and comes back', async () => {
  let now = 0;
  const forwarder = new Forwarder(url, () => now);
  status = 503;
  for (let n = 0; n < 5; n++) forwarder.forward({ n });
  await until(() => bodies.length > 0);
  await settled();
  forwarder.forward({ n: 5 });
  await settled();
  expect(bodies).toEqual(['{"n":0}']);
  [now, status] = [10_000, 200];
  forwarder.forward({ n: 6 });
  await until(() => bodies.length > 1);
  expect(bodies).toEqual(['{"n":0}', '{"n":6}']);
});
