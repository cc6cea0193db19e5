import { afterEach, expect, test } from '@jest/globals';
import { messagingMigrations, newId } from '@waybill/messaging';
import {
  asProbe,
  certificates,
  eventually,
  freshDatabase,
  type FreshDatabase,
  type IssuerUnderTest,
  issuerUnderTest,
  pairOf,
  testStack,
  tlsFolderIn,
} from '@waybill/testing';
import getPort from 'get-port';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { orderMigrations } from './migrations/index.js';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let database: FreshDatabase;
let order: ChildProcess;
let secrets: string;
let issuer: IssuerUnderTest;

afterEach(async () => {
  const ended = once(order, 'exit');
  if (order.exitCode === null) {
    order.kill('SIGTERM');
    await ended;
  }
  closeSomebody();
  await issuer.close();
  await database.drop();
  rmSync(secrets, { recursive: true });
});

/** The service as it is deployed, in a separate process, with somebody else in place of both brokers. */
async function startWithBrokersAt(nobody: number): Promise<string> {
  database = await freshDatabase({ migrations: [...messagingMigrations, ...orderMigrations] });
  secrets = mkdtempSync(join(tmpdir(), 'waybill-order-'));
  const { host, port, name, user, password, ssl } = database.access;
  const secret = (of: string, value: string) => {
    writeFileSync(join(secrets, of), value);
    return join(secrets, of);
  };
  issuer = await issuerUnderTest();
  const pair = pairOf('order');
  if (pair) secret('key-and-certificate.pem', pair);
  const http = await getPort({ host: '127.0.0.1' });
  order = spawn(process.execPath, [program], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      REPLICA: 'order-1',
      LOG_LEVEL: 'fatal',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: `${http}`,
      DATABASE_HOST: host,
      DATABASE_PORT: `${port}`,
      DATABASE_NAME: name,
      DATABASE_USER: user,
      DATABASE_PASSWORD_FILE: secret('database', password),
      // It believes the broker of this spec as well.
      TLS_DIR: tlsFolderIn(secrets, ssl && { ca: `${ssl.ca}\n${(await brokers).ca}` }),
      RABBITMQ_HOST: '127.0.0.1',
      RABBITMQ_PORT: `${nobody}`,
      RABBITMQ_VHOST: 'none',
      RABBITMQ_USER: 'nobody',
      RABBITMQ_PASSWORD_FILE: secret('rabbitmq', 'n'.repeat(32)),
      KAFKA_BROKERS: `127.0.0.1:${nobody}`,
      KAFKA_USER: 'nobody',
      KAFKA_PASSWORD_FILE: secret('kafka', 'n'.repeat(32)),
      IDENTITY_ISSUER: issuer.issuer,
      IDENTITY_KEYS_URL: issuer.config.keysUrl,
    },
  });
  return `${pair ? 'https' : 'http'}://127.0.0.1:${http}`;
}

const brokers = certificates();

/** Somebody at that port, who speaks as the test's servers do: over TLS, or in clear text. `says` is what a connection hears of him. */
async function somebody(says: (connection: Socket) => void): Promise<number> {
  const listen = (connection: Socket) => {
    connection.on('error', () => {});
    says(connection);
  };
  const server = testStack().kafka.ca ? createTlsServer((await brokers).right, listen) : createServer(listen);
  // Who goes away in the middle of a handshake.
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closeSomebody = () => void server.close();
  return (server.address() as AddressInfo).port;
}
let closeSomebody = () => {};

test.each<[string, () => Promise<number>]>([
  ['are away', () => getPort({ host: '127.0.0.1' })],
  ['take connections and say nothing', () => somebody(() => {})],
  // To Kafka's client an answer of one byte, which has no room for what each answer begins with.
  ['say what no broker says', () => somebody((connection) => connection.on('data', () => connection.end('\0\0\0\x01x')))],
])('a service that starts while both brokers %s accepts orders, and its health names what it misses', async (_, where) => {
  const url = await startWithBrokersAt(await where());
  await eventually('it lives', async () => order.exitCode === null && (await fetch(`${url}/health/live`, asProbe())).ok, {
    timeoutMs: 60_000,
  });
  const token = await issuer.tokenOf({ sub: 'customer-17', email: 'ada@example.com' });
  const response = await fetch(`${url}/api/orders`, {
    ...asProbe(),
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': newId() },
    body: JSON.stringify({
      currency: 'EUR',
      lines: [{ sku: 'mug-enamel', quantity: 2 }],
      paymentMethod: 'pm_ok',
    }),
  });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  expect(await database.dataSource.query(`SELECT id FROM orders`)).toEqual([{ id }]);
  expect(await database.dataSource.query(`SELECT type FROM outbox ORDER BY id`)).toEqual([
    { type: 'order.placed.v2' },
    { type: 'notification.remember.v1' },
    { type: 'payment.charge.v2' },
  ]);
  // A database that has not answered within 1 s counts as down as well.
  await eventually('the brokers are all that is missing', async () => {
    const health = await fetch(`${url}/health/ready`, asProbe());
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({
      error: { kafka: { status: 'down' }, rabbitmq: { status: 'down' } },
      info: { database: { status: 'up' } },
    });
    return true;
  });
  // Nor has it ended by what it heard.
  expect(order.exitCode).toBe(null);
});
