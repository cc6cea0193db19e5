import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '@waybill/testing';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import { silent } from '../message.js';
import { IMPATIENT_RETRY, KafkaClient } from './kafka/client.js';
import { giveUsersTheirPasswords } from './kafka/scram-users.js';
import { openConnection } from './rabbitmq/connection.js';

// A server that speaks no TLS. It hears what a client says before it knows to whom.
let listener: Server;
let heard: Buffer;
let sockets: Socket[];
beforeEach(async () => {
  heard = Buffer.alloc(0);
  sockets = [];
  listener = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => (heard = Buffer.concat([heard, bytes])));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => listener.close(resolve));
});

const TLS_HANDSHAKE = 0x16;
const signIn = { user: 'somebody', password: 'a password' };
const ca = rootCertificates[0]!;
const port = () => (listener.address() as AddressInfo).port;
const kafka = () => ({ brokers: [`127.0.0.1:${port()}`], ...signIn });
const rabbitmq = () => ({ host: '127.0.0.1', port: port(), vhost: 'waybill', ...signIn });

/** Each way in which a connection to a broker is opened here. Resolves or throws when there is none in the end. */
const ways: Record<string, (ca: string | undefined) => Promise<unknown>> = {
  kafkajs: async (ca) => {
    const client = new KafkaClient('somebody', { ...kafka(), ca }, IMPATIENT_RETRY, silent);
    const admin = client.kafka.admin();
    await admin.connect().finally(() => client.end());
  },
  'the request for passwords': (ca) => giveUsersTheirPasswords({ ...kafka(), ca }, []),
  amqplib: (ca) => openConnection({ ...rabbitmq(), ca }, 'somebody'),
};

test.each(Object.keys(ways))('%s that is given an authority says nothing in clear text', async (way) => {
  const over = ways[way]!(ca).catch(() => undefined);
  await eventually('the server has heard something', () => heard.length > 0);
  expect(heard[0]).toBe(TLS_HANDSHAKE);
  for (const socket of sockets) socket.destroy();
  listener.close();
  await over;
  expect(heard.toString('latin1')).not.toMatch(/somebody|a password/);
});

test.each(Object.keys(ways))('%s that is given none speaks its protocol at once', async (way) => {
  const over = ways[way]!(undefined).catch(() => undefined);
  await eventually('the server has heard something', () => heard.length > 0);
  expect(heard[0]).not.toBe(TLS_HANDSHAKE);
  for (const socket of sockets) socket.destroy();
  listener.close();
  await over;
});
