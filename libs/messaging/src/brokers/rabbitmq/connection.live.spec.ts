import { expect, test } from '@jest/globals';
import { eventually, tcpProxy, testStack } from '@waybill/testing';
import { silent } from '../../message.js';
import { RabbitConnection } from './connection.js';

test('a connection that is cut while it is being opened is replaced by one, not by two', async () => {
  const { rabbitmq } = testStack();
  const network = await tcpProxy(rabbitmq);
  let opened = 0;
  const connection = new RabbitConnection(
    { ...rabbitmq, port: network.port, ca: undefined },
    'spec',
    { reconnectMs: 30, reconnectCapMs: 30 },
    async (made) => {
      opened += 1;
      if (opened > 1) return;
      network.cut();
      await made.createChannel();
    },
    () => {},
    silent,
  );
  await connection.start();
  await eventually('it is open again', () => opened > 1);
  expect(network.connections).toBe(2);
  await connection.close();
  await network.close();
});

// No code would know of such a connection. It would go on taking messages, or keep a broker's connection, in a process that
// has none any more.
test('a connection that completes after it was closed is closed as well, and nothing is opened on it', async () => {
  const { rabbitmq } = testStack();
  const network = await tcpProxy(rabbitmq);
  let opened = 0;
  const connection = new RabbitConnection(
    { ...rabbitmq, port: network.port, ca: undefined },
    'spec',
    { reconnectMs: 30, reconnectCapMs: 30 },
    async () => void (opened += 1),
    () => {},
    silent,
  );
  network.holdAnswers();
  const started = connection.start();
  await eventually('the broker is asked', () => network.connections === 1);
  await connection.close();
  network.heal();
  await started;
  await eventually('the connection is gone', () => network.open === 0);
  expect([opened, network.connections]).toEqual([0, 1]);
  await network.close();
});

// amqplib waits for the broker's last word without end, also when nobody is left who could say it.
test.each([
  ['breaks while it is closed', 'cut'],
  ['is silent', 'swallow'],
] as const)('a connection that %s holds up no stop', async (_, fault) => {
  const { rabbitmq } = testStack();
  let isClosing = false;
  const network = await tcpProxy(
    rabbitmq,
    (answer) => answer,
    () => {
      if (isClosing) network[fault]();
    },
  );
  const options = { ...rabbitmq, port: network.port, ca: undefined };
  const connection = new RabbitConnection(
    options,
    'spec',
    { reconnectMs: 30, reconnectCapMs: 30 },
    async () => {},
    () => {},
    silent,
  );
  await connection.start();
  isClosing = true;
  let closed = false;
  void connection.close().then(() => (closed = true));
  await eventually('it is closed', () => closed, { timeoutMs: 10_000 });
  await network.close();
});
