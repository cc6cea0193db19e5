import { afterEach, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CarefulClient } from './careful-client.ts';

let server: Server;
afterEach(() => void server.close());

/** A service that gives these answers, one after the other. */
async function answering(...statuses: number[]): Promise<string> {
  server = createServer((_, response) => {
    const status = statuses.shift()!;
    response.writeHead(status, { connection: 'close' }).end(status < 400 ? '{"id":"1"}' : `{"detail":"Because ${status}."}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const client = () => new CarefulClient(new AbortController().signal, async () => 'token');

it('sends again what was answered with something that may pass', async () => {
  const careful = client();
  expect(await careful.post(await answering(503, 409, 202))).toBe('{"id":"1"}');
  expect(careful.repeated).toEqual(['503: Because 503.', '409: Because 409.']);
});

it.each([400, 422, 500])('gives up at once at %i', async (status) => {
  const url = await answering(status, 202, status, 200);
  await expect(client().post(url)).rejects.toThrow(`answered with ${status}`);
  expect(await client().post(url)).toBe('{"id":"1"}');
  await expect(client().untilGet(url, () => true)).rejects.toThrow(`answered with ${status}`);
});
