import { afterAll, beforeAll, test } from '@jest/globals';
import { eventually, ServiceUnderTest, tcpProxy, type TcpProxy } from '@waybill/testing';
import { type App, orderService } from '../test/order-under-test.js';

// What PostgreSQL says when it takes a connection, and when its postmaster is gone.
const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');
const FATAL = errorResponse({
  S: 'FATAL',
  V: 'FATAL',
  C: '57P01',
  M: 'terminating connection due to unexpected postmaster exit',
});

let service: ServiceUnderTest<App>;
let proxy: TcpProxy;
let endsNewConnections = false;
let ended = 0;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
  const { host, port } = service.database.access;
  proxy = await tcpProxy({ host, port }, (answer) => {
    if (!endsNewConnections || !isSignedIn(answer)) return answer;
    ended += 1;
    return Buffer.concat([answer, FATAL]);
  });
});
afterAll(async () => {
  await service.close();
  await proxy.close();
});

test('a database that ends in the packet in which it takes a connection ends a request, not the service', async () => {
  const app = await service.replica({ through: proxy });
  const products = async () => (await app.inject({ url: '/api/products' })).statusCode;
  endsNewConnections = true;
  proxy.cut();
  await eventually('a request has met such a connection', async () => (await products()) === 503 && ended > 0);
  endsNewConnections = false;
  await eventually('requests are answered again', async () => (await products()) === 200);
});

/** The last of a sign-in: the key for cancelling, and ready for a query. */
function isSignedIn(answer: Buffer): boolean {
  return answer.subarray(-READY.length).equals(READY) && answer.includes('K\0\0\0', 0, 'latin1');
}

/** A message of PostgreSQL's protocol: its kind, its length, and fields that each end with a 0. */
function errorResponse(fields: Record<string, string>): Buffer {
  const body = Buffer.from(
    `${Object.entries(fields)
      .map(([code, text]) => `${code}${text}\0`)
      .join('')}\0`,
  );
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}
