import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askOneOf } from './ask-service.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A replica that gives one answer to everything. What it was asked stands in `asked`. */
async function replica(name: string, status: number, body: string, asked: string[] = []) {
  const server = createServer(async (request, response) => {
    let sent = '';
    for await (const part of request) sent += String(part);
    asked.push(`${request.method} ${request.url} ${sent}`.trim());
    response.writeHead(status).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  return { replica: name, ask: (path: string, request: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, request) };
}

/** A replica whose port is closed. */
async function away() {
  const closed = await replica('order-1', 200, '');
  await new Promise((resolve) => servers.pop()!.close(resolve));
  return closed;
}

describe('a question to a service', () => {
  it('goes to one replica, and to the other when that one is away', async () => {
    const asked: string[] = [];
    const answers = await replica('order-2', 200, '[{"id":"1"}]', asked);
    const idle = await replica('order-3', 500, '', asked);
    expect(await askOneOf([await away(), answers, idle], 'order', 'dead-letters?limit=2')).toEqual([{ id: '1' }]);
    expect(await askOneOf([answers], 'order', 'dead-letters/redrive', { ids: ['1'] })).toBeDefined();
    expect(asked).toEqual(['GET /operations/dead-letters?limit=2', 'POST /operations/dead-letters/redrive {"ids":["1"]}']);
  });

  it('that no replica answers is told with what each of them said', async () => {
    const starting = await replica('order-2', 503, '{"detail":"The database does not answer."}');
    const gone = await replica('order-3', 502, 'It does not run, or does not answer.\n');
    await expect(askOneOf([await away(), starting, gone], 'order', 'dead-letters')).rejects.toThrow(
      /^No replica of order answers.*\n  order-1: connect ECONNREFUSED.*\n  order-2: The database does not answer\.\n  order-3: It does not run, or does not answer\.$/s,
    );
  });

  it('that is refused is told with every wrong field, and nobody else is asked', async () => {
    const asked: string[] = [];
    const problem = { detail: 'The request is not valid: see errors.', errors: [{ path: 'reason', message: 'must say why' }] };
    const refuses = await replica('order-1', 400, JSON.stringify(problem));
    await expect(askOneOf([refuses, await replica('order-2', 200, '{}', asked)], 'order', 'x', {})).rejects.toThrow(
      'order says: The request is not valid: see errors.; reason must say why',
    );
    expect(asked).toEqual([]);
  });
});
