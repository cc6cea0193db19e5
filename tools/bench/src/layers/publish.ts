import { exchangeOf, topicOf } from '@waybill/contracts';
import { defaultTuning, newId } from '@waybill/messaging';
import { Kafka, logLevel } from 'kafkajs';
import { KafkaPublisher } from '../../../../libs/messaging/dist/brokers/kafka/publisher.js';
import { saslOf } from '../../../../libs/messaging/dist/brokers/kafka/sign-in.js';
import { RabbitPublisher } from '../../../../libs/messaging/dist/brokers/rabbitmq/publisher.js';
import { silent } from '../../../../libs/messaging/dist/message.js';
import type { OutboxRow } from '../../../../libs/messaging/dist/sending/outbox.js';
import type { Publisher } from '../../../../libs/messaging/dist/sending/relay.js';
import { openBare } from '../bare-rabbitmq.ts';
import { type Layer, rate, until } from './layer.ts';
import { HAPPEN, HAPPENED, type LayerWorld, payload, SERVICE } from './world.ts';

const ROWS = 10_000;
const WINDOW = 100;

/** About what an event of an order is in its envelope. */
const BODY = Buffer.from(JSON.stringify(payload(1)).padEnd(450));

const rowsOf = (type: string, count: number): OutboxRow[] =>
  Array.from({ length: count }, (_, n) => ({
    id: String(n + 1),
    message_id: newId(),
    type,
    key: `key-${n}`,
    body: BODY,
    attempts: 0,
  }));

/** What the relay hands over, claim by claim, until the broker has confirmed it. */
async function publishAll(publisher: Publisher, rows: readonly OutboxRow[], claim: number): Promise<number> {
  return rate(rows.length, async () => {
    for (let n = 0; n < rows.length; n += claim) {
      const part = rows.slice(n, n + claim);
      const { confirmed } = await publisher.publish(part);
      if (confirmed.length !== part.length)
        throw new Error(`${publisher.lane} has confirmed ${confirmed.length} of ${part.length}.`);
    }
  });
}

async function started<P extends Publisher>(publisher: P): Promise<P> {
  publisher.start();
  await until(`the publisher of ${publisher.lane} is up`, async () => publisher.up);
  return publisher;
}

export async function publishLayers({ rabbitmq, kafka }: LayerWorld): Promise<{ layers: Layer[]; close(): Promise<void> }> {
  const ours = {
    rabbitmq: await started(new RabbitPublisher(SERVICE, rabbitmq, defaultTuning, silent)),
    kafka: await started(new KafkaPublisher(SERVICE, kafka, defaultTuning, silent)),
  };
  const connection = await openBare(rabbitmq);
  const channel = await connection.createConfirmChannel();
  const producer = new Kafka({
    clientId: 'bench-raw',
    brokers: kafka.brokers,
    sasl: saslOf(kafka),
    ssl: kafka.ca !== undefined && { ca: kafka.ca },
    logLevel: logLevel.NOTHING,
  }).producer();
  await producer.connect();

  const emptied = async (work: Promise<number>) => {
    const reached = await work;
    await channel.purgeQueue(`${SERVICE}.work`);
    return reached;
  };
  /** A hundred are on their way at all times. */
  const bareRabbit = () =>
    rate(ROWS, async () => {
      let next = 0;
      const one = () =>
        new Promise<void>((resolve, reject) => {
          channel.publish(exchangeOf(SERVICE), HAPPEN.type, BODY, { persistent: true }, (error) =>
            error ? reject(error as Error) : resolve(),
          );
        });
      const slot = async () => {
        while (next < ROWS) {
          next += 1;
          await one();
        }
      };
      await Promise.all(Array.from({ length: WINDOW }, slot));
    });
  const bareKafka = () =>
    rate(ROWS, async () => {
      for (let n = 0; n < ROWS; n += WINDOW) {
        const messages = Array.from({ length: WINDOW }, (_, i) => ({ key: `key-${n + i}`, value: BODY }));
        await producer.send({ topic: topicOf(SERVICE), acks: -1, messages });
      }
    });
  const { relayBatchRows } = defaultTuning;
  return {
    layers: [
      {
        name: 'publish, RabbitMQ',
        unit: 'commands',
        raw: 'amqplib alone, 100 unconfirmed at all times',
        ways: {
          waybill: () => emptied(publishAll(ours.rabbitmq, rowsOf(HAPPEN.type, ROWS), relayBatchRows)),
          raw: () => emptied(bareRabbit()),
          'one confirm for each message': () => emptied(publishAll(ours.rabbitmq, rowsOf(HAPPEN.type, 1_000), 1)),
        },
      },
      {
        name: 'publish, Kafka',
        unit: 'events',
        raw: 'kafkajs alone, 100 in each send',
        ways: {
          waybill: () => publishAll(ours.kafka, rowsOf(HAPPENED.type, ROWS), relayBatchRows),
          raw: bareKafka,
          'one send for each message': () => publishAll(ours.kafka, rowsOf(HAPPENED.type, 1_000), 1),
        },
      },
    ],
    async close() {
      await Promise.all([ours.rabbitmq.close(), ours.kafka.close(), producer.disconnect()]);
      await connection.close();
    },
  };
}
