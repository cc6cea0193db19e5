import { ActivityPublisher } from '@waybill/activity';
// It mends a timer of kafkajs.
import '@waybill/messaging';
import { Kafka, logLevel } from 'kafkajs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openBare } from '../bare-rabbitmq.ts';
import { type Glimpse, keyOf, numberOf, type Place, type Way } from './glimpse.ts';

/** One side that sends, as this system sends by that way. */
export interface Sender {
  /** Sends one. Resolves when its way has done for it what it will do. */
  send(one: Glimpse): Promise<void>;
  /** Sends many as fast as the way takes them. */
  sendAll(count: number, make: (n: number) => Glimpse): Promise<void>;
  close(): Promise<void>;
}

/** On their way to a broker at all times, as in libs/messaging. */
const WINDOW = 100;
/** A claim of the relay. */
const CLAIM = 500;
/** A batch of the feed. Between two of them others have their turn, as in a service. */
const TURN = 64;

export const senderOf: Readonly<Record<Way, (place: Place) => Promise<Sender>>> = {
  ZeroMQ: feed,
  RabbitMQ: rabbitmq,
  Kafka: kafka,
};

/** To each reader by a socket of its own: the readers listen. */
async function feed({ listen, keys }: Place): Promise<Sender> {
  const publishers = await Promise.all(
    listen.map(async (url) => {
      const publisher = new ActivityPublisher({
        url,
        replica: 'sender-1',
        keys: { ...keys.sender, subscriberKey: keys.receiver.publicKey },
        // The services count what nobody could follow. Here each message is looked for.
        aloneInAWindow: Infinity,
      });
      await publisher.open();
      return publisher;
    }),
  );
  const publish = (one: Glimpse) => publishers.forEach((publisher) => publisher.publish('handled', one));
  return {
    send: async (one) => publish(one),
    async sendAll(count, make) {
      for (let n = 0; n < count; n += 1) {
        publish(make(n));
        if (n % TURN === 0) await nextTurn();
      }
    },
    close: async () => publishers.forEach((publisher) => publisher.close()),
  };
}

const bytesOf = (one: Glimpse) => Buffer.from(JSON.stringify({ kind: 'handled', at: Date.now(), ...one }));

/** A quorum queue for each reader, messages that are kept on the disk, and a confirm for each. */
async function rabbitmq({ name, rabbitmq, listen }: Place): Promise<Sender> {
  const connection = await openBare(rabbitmq);
  // A broker that is killed is told by the sends that fail.
  connection.on('error', () => undefined);
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => undefined);
  await channel.assertExchange(name, 'fanout', { durable: true });
  for (const reader of listen.keys()) {
    await channel.assertQueue(`${name}-${reader}`, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue(`${name}-${reader}`, name, '');
  }
  const send = (one: Glimpse) =>
    new Promise<void>((resolve, reject) => {
      channel.publish(name, '', bytesOf(one), { persistent: true }, (error) => (error ? reject(error as Error) : resolve()));
    });
  return {
    send,
    async sendAll(count, make) {
      let next = 0;
      const slot = async () => {
        while (next < count) await send(make(next++));
      };
      await Promise.all(Array.from({ length: WINDOW }, slot));
    },
    async close() {
      for (const reader of listen.keys()) await channel.deleteQueue(`${name}-${reader}`);
      await channel.deleteExchange(name);
      await connection.close();
    },
  };
}

/** `acks: -1`, and no idempotent producer, as in libs/messaging. */
async function kafka({ name, kafka }: Place): Promise<Sender> {
  const client = new Kafka({ clientId: 'compare-queues', ...kafka, logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: name, numPartitions: 6, replicationFactor: 1 }], waitForLeaders: true });
  const producer = client.producer();
  await producer.connect();
  const messageOf = (one: Glimpse) => ({ key: String(keyOf(numberOf(one))), value: bytesOf(one) });
  return {
    send: async (one) => void (await producer.send({ topic: name, acks: -1, messages: [messageOf(one)] })),
    async sendAll(count, make) {
      for (let n = 0; n < count; n += CLAIM) {
        const messages = Array.from({ length: Math.min(CLAIM, count - n) }, (_, i) => messageOf(make(n + i)));
        await producer.send({ topic: name, acks: -1, messages });
      }
    },
    async close() {
      await producer.disconnect();
      await admin.deleteTopics({ topics: [name] });
      await admin.disconnect();
    },
  };
}
