import { afterAll, beforeAll, test } from '@jest/globals';
import { eventually, ServiceUnderTest, tcpProxy, type TcpProxy } from '@waybill/testing';
import { type App, orderService } from '../test/order-under-test.js';

// The bytes that PostgreSQL sends when it takes a connection, and when its postmaster is gone.
const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');
const FIELDS = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0';
const FATAL = Buffer.from(`E\0\0\0${String.fromCharCode(4 + FIELDS.length)}${FIELDS}`, 'latin1');

let service: ServiceUnderTest<App>;
let proxy: TcpProxy;
let endsNewConnections = false;
let ended = 0;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
  proxy = await tcpProxy(service.database.access, (answer) => {
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

/** The end of a sign-in: the key for cancelling, and ready for a query. */
function isSignedIn(answer: Buffer): boolean {
  return answer.subarray(-READY.length).equals(READY) && answer.includes('K\0\0\0', 0, 'latin1');
}
