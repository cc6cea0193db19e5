// What every service does with a request before a route sees it, on this one: bytes as they come off the wire.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { newId } from '@waybill/messaging';
import { problemIn, rawBytes, rawHttp, ServiceUnderTest } from '@waybill/testing';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type App, orderService, place, twoMugs } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
let port: number;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
  await service.app.listen(0, '127.0.0.1');
  port = ((service.app.getHttpServer() as Server).address() as AddressInfo).port;
});
afterAll(() => service.close());

const ask = (head: string, body: string | Buffer = '') =>
  rawHttp(port, Buffer.concat([Buffer.from(`${head.replaceAll('\n', '\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]));
const HOST = 'Host: waybill';

let keys = 0;
const post = (body: string | Buffer, headers = 'Content-Type: application/json') =>
  ask(
    `POST /api/orders HTTP/1.1\n${HOST}\nIdempotency-Key: manners-${(keys += 1)}\nContent-Length: ${Buffer.byteLength(body)}\n${headers}`,
    body,
  );
const order = JSON.stringify(twoMugs);
const ordersSaved = async () => (await service.query<{ n: number }>(`SELECT count(*)::int AS n FROM orders`))[0]!.n;

describe('a body', () => {
  const named = (letter: string) => Buffer.from(JSON.stringify({ ...twoMugs, customerId: `Jos${letter}` }), 'latin1');

  test('of bytes that are no UTF-8 is refused, and no two customers become one', async () => {
    const before = await ordersSaved();
    for (const letter of ['é', 'è'])
      expect(problemIn(await post(named(letter)))).toMatchObject({ status: 400, detail: expect.stringContaining('UTF-8') });
    expect(await ordersSaved()).toBe(before);
  });

  test.each(['iso-8859-1', '"ISO-8859-1"', 'utf-16', 'nonsense', 'utf-8; charset=latin1'])(
    'in the charset %s is refused',
    async (charset) => {
      const answer = await post(named('é'), `Content-Type: application/json; charset=${charset}`);
      expect(problemIn(answer)).toMatchObject({ status: 415, detail: expect.stringContaining('UTF-8') });
      expect(answer.headers).toMatchObject({ accept: 'application/json' });
    },
  );

  test.each(['utf-8', 'UTF-8', '"utf-8"', 'utf8'])('in the charset %s is taken', async (charset) => {
    expect((await post(order, `Content-Type: application/json; charset=${charset}`)).statusCode).toBe(202);
  });

  test('that begins with a byte order mark is taken, and all of Unicode is kept', async () => {
    const letters = 'José 张伟 \u{1f980}';
    const { statusCode, payload } = await post(`\ufeff${JSON.stringify({ ...twoMugs, customerId: letters })}`);
    expect(statusCode).toBe(202);
    const { id } = JSON.parse(payload) as { id: string };
    expect(await service.query('SELECT customer_id FROM orders WHERE id = $1', [id])).toEqual([{ customer_id: letters }]);
  });

  test.each(['gzip', 'br', 'gzip, identity', 'nonsense'])('in the content coding %s is refused', async (coding) => {
    const answer = await post(gzipSync(order), `Content-Type: application/json\nContent-Encoding: ${coding}`);
    expect(problemIn(answer)).toMatchObject({ status: 415, detail: expect.stringContaining('Content-Encoding') });
    expect(answer.headers).toMatchObject({ 'accept-encoding': 'identity' });
  });

  test('in the content coding identity is taken', async () => {
    expect((await post(order, 'Content-Type: application/json\nContent-Encoding: identity')).statusCode).toBe(202);
  });

  test('that a route needs and is empty is named as the wrong field', async () => {
    expect(problemIn(await post(''))).toMatchObject({ status: 400, errors: [{ path: '' }] });
  });
});

describe('a route that takes no body', () => {
  test.each([
    ['none', '', ''],
    ['an empty one of JSON', '\nContent-Type: application/json', ''],
    ['an empty one of JSON with its length', '\nContent-Type: application/json\nContent-Length: 0', ''],
    ['an empty one in chunks', '\nContent-Type: application/json\nTransfer-Encoding: chunked', '0\r\n\r\n'],
    ['an empty one of a form', '\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 0', ''],
    ['{}', '\nContent-Type: application/json\nContent-Length: 2', '{}'],
  ])('accepts %s', async (_what, headers, body) => {
    const { id } = await place(service);
    const answer = await ask(`POST /api/orders/${id}/cancel HTTP/1.1\n${HOST}${headers}`, body);
    expect([answer.statusCode, answer.payload]).toEqual([202, expect.stringContaining('"cancelling"')]);
  });
});

describe('a header that may stand once and stands twice is refused by its name:', () => {
  test.each([
    ['Idempotency-Key', 'a', 'b'],
    ['Idempotency-Key', 'a', 'a'],
    ['Content-Type', 'application/json', 'text/plain'],
    ['Authorization', 'Bearer a', 'Bearer b'],
    ['Host', 'waybill', 'elsewhere'],
    ['User-Agent', 'a', 'b'],
  ])('%s', async (name, one, other) => {
    const before = await ordersSaved();
    const all = {
      Host: 'waybill',
      'Idempotency-Key': 'x',
      'Content-Type': 'application/json',
      [name]: `${one}\n${name}: ${other}`,
    };
    const lines = Object.entries(all).map(([header, value]) => `${header}: ${value}`);
    const answer = await ask(`POST /api/orders HTTP/1.1\nContent-Length: ${order.length}\n${lines.join('\n')}`, order);
    expect(problemIn(answer)).toMatchObject({ status: 400, detail: expect.stringMatching(new RegExp(`${name}.*twice`, 'i')) });
    expect(await ordersSaved()).toBe(before);
  });

  test('however many others stand before it', async () => {
    const many = Array.from({ length: 900 }, (_, n) => `X-${n}: 1`).join('\n');
    const answer = await post(order, `Content-Type: application/json\n${many}\nIdempotency-Key: second`);
    expect(problemIn(answer)).toMatchObject({ status: 400, detail: expect.stringContaining('Idempotency-Key') });
  });
});

describe('a method that a path does not have', () => {
  const ORDER = '/api/orders/0199c1de-5b1a-7c3e-9d4f-0123456789ab';
  test.each([
    ['DELETE', '/api/orders', 'GET, HEAD, POST, OPTIONS'],
    ['POST', '/api/products', 'GET, HEAD, OPTIONS'],
    ['PUT', `${ORDER}?x=1`, 'GET, HEAD, OPTIONS'],
    ['GET', `${ORDER}/cancel`, 'POST, OPTIONS'],
    ['TRACE', '/api/products', 'GET, HEAD, OPTIONS'],
    ['QUERY', '/api/products', 'GET, HEAD, OPTIONS'],
    ['PROPFIND', '/health/live', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405 with what it has', async (method, path, allow) => {
    const answer = await ask(`${method} ${path} HTTP/1.1\n${HOST}\nContent-Type: application/json`);
    expect(problemIn(answer)).toMatchObject({ status: 405, detail: expect.stringContaining(method) });
    expect(answer.headers).toMatchObject({ allow });
  });

  test('CONNECT is answered as well', async () => {
    expect(problemIn(await ask(`CONNECT waybill:80 HTTP/1.1\n${HOST}`))).toMatchObject({ status: 405 });
  });

  test('OPTIONS says what a path has', async () => {
    const answer = await ask(`OPTIONS /api/products HTTP/1.1\n${HOST}`);
    expect(answer).toMatchObject({ statusCode: 204, headers: { allow: 'GET, HEAD, OPTIONS' }, payload: '' });
  });

  test('a browser on another origin gets no permission, whatever it asks for', async () => {
    const origin = 'Origin: https://elsewhere.example';
    const wants = 'Access-Control-Request-Method: POST\nAccess-Control-Request-Headers: content-type, idempotency-key';
    const answers = await Promise.all([
      ask(`OPTIONS /api/orders HTTP/1.1\n${HOST}\n${origin}\n${wants}`),
      ask(`GET /api/products HTTP/1.1\n${HOST}\n${origin}`),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 200]);
    const permissions = answers
      .flatMap(({ headers }) => Object.keys(headers))
      .filter((name) => name.startsWith('access-control-'));
    expect(permissions).toEqual([]);
  });

  test('HEAD is a GET without its body', async () => {
    const [head, get] = await Promise.all(
      ['HEAD', 'GET'].map((method) => ask(`${method} /api/products HTTP/1.1\n${HOST}\nConnection: close`)),
    );
    expect(head).toMatchObject({ statusCode: 200, payload: '' });
    expect(head!.headers['content-length']).toBe(get!.headers['content-length']);
    expect(await ask(`HEAD ${ORDER} HTTP/1.1\n${HOST}`)).toMatchObject({ statusCode: 404, payload: '' });
  });

  test('is 404 where there is no such path, whatever the method', async () => {
    for (const method of ['GET', 'OPTIONS', 'DELETE', 'QUERY'])
      expect(problemIn(await ask(`${method} /api/nothing HTTP/1.1\n${HOST}`)).status).toBe(404);
  });

  test.each(['/api/products/', '/api/orders/', `${ORDER}/`, `${ORDER}/cancel/`, `${ORDER}/history/`])(
    'an address with a slash too many is told the one without: %s',
    async (path) => {
      const { status, detail } = problemIn(await ask(`GET ${path} HTTP/1.1\n${HOST}`));
      expect([status, detail]).toEqual([404, expect.stringContaining(` ${path.slice(0, -1)}, `)]);
    },
  );
});

describe('what cannot be read is a problem as well, counted, with a line:', () => {
  const counted = async (status: number) => {
    const { payload } = await ask(`GET /metrics HTTP/1.1\n${HOST}`);
    const lines = payload.match(new RegExp(`^waybill_http_request_seconds_count\\{.*status="${status}".*$`, 'gm')) ?? [];
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };

  test.each([
    ['a method that nobody knows', `BREW /api/products HTTP/1.1\n${HOST}`, 400],
    ['a header with a control character', `GET /api/products HTTP/1.1\n${HOST}\nX-Bell: a\u0007b`, 400],
    ['a header without a name', `GET /api/products HTTP/1.1\n${HOST}\n: nothing`, 400],
    ['no HTTP at all', 'hello', 400],
    ['two lengths', `POST /api/orders HTTP/1.1\n${HOST}\nContent-Length: 1\nContent-Length: 2`, 400],
    ['HTTP/1.1 without a Host', 'GET /api/products HTTP/1.1', 400],
    ['an address that cannot be decoded', `GET /api/orders/%zz HTTP/1.1\n${HOST}`, 400],
    ['an expectation that nobody meets', `GET /api/products HTTP/1.1\n${HOST}\nExpect: tea`, 417],
    ['headers that are too large', `GET /api/products HTTP/1.1\n${HOST}\nX-Large: ${'x'.repeat(60_000)}`, 431],
  ])('%s', async (_what, head, status) => {
    const before = await counted(status);
    expect(problemIn(await ask(head))).toMatchObject({ status });
    expect(await counted(status)).toBe(before + 1);
  });

  test('the rest of a request that has its answer gets no second one', async () => {
    const chunks = '2\r\n{}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n';
    const said = await rawBytes(port, `POST /api/nothing HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`);
    expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404']);
  });

  test('headers of 32 KB are read, and HTTP/1.0 without a Host', async () => {
    const large = Array.from({ length: 4 }, (_, n) => `X-${n}: ${'x'.repeat(8_000)}`).join('\n');
    expect((await ask(`GET /api/products HTTP/1.1\n${HOST}\n${large}`)).statusCode).toBe(200);
    expect((await ask('GET /api/products HTTP/1.0')).statusCode).toBe(200);
  });

  test('an id of any length is one that no order has', async () => {
    expect(problemIn(await ask(`GET /api/orders/${'x'.repeat(7_000)} HTTP/1.1\n${HOST}`))).toMatchObject({ status: 404 });
  });
});

describe('an order that is named in capitals', () => {
  // The framework's logger says it, and the test reads that logger.
  const lines: unknown[] = [];
  beforeAll(() =>
    Logger.overrideLogger({ log: (line: unknown) => void lines.push(line), error: () => undefined, warn: () => undefined }),
  );
  afterAll(() => Logger.overrideLogger(false));

  test.each(['', '/history', '/cancel'])('is called by its one form in answer and log line: .../ID%s', async (rest) => {
    const { id } = await place(service);
    for (const known of [id, newId()]) {
      lines.length = 0;
      const method = rest === '/cancel' ? 'POST' : 'GET';
      const url = `/api/orders/${known.toUpperCase()}${rest}?for=${known.toUpperCase()}`;
      const { payload } = await service.app.inject({ method, url });
      expect([payload, JSON.stringify(lines)].join()).not.toContain(known.toUpperCase());
      expect(lines).toContainEqual(expect.objectContaining({ url: `/api/orders/${known}${rest}?for=${known}` }));
    }
  });
});
