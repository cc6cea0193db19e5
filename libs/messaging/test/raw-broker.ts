import { exchangeOf, topicOf } from '@waybill/contract-kit';
import { testStack } from '@waybill/testing';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { saslOf } from '../src/brokers/kafka/sign-in.js';
import { openConnection } from '../src/brokers/rabbitmq/connection.js';
import type { Broker } from './contract.js';

/** Bytes on a broker that no relay has sent. */
export interface RawMessage {
  readonly body: Buffer;
  readonly key: string;
  readonly type: string;
}

/** Puts bytes where a service's messages are, as a program that does not use the core would. In order, confirmed. */
export async function publishRaw(broker: Broker, service: string, messages: readonly RawMessage[]): Promise<void> {
  if (broker === 'rabbitmq') {
    const connection = await openConnection(testStack().rabbitmq, 'spec');
    const channel = await connection.createConfirmChannel();
    for (const { body, type } of messages) channel.publish(exchangeOf(service), type, body, { persistent: true });
    await channel.waitForConfirms();
    return connection.close();
  }
  const producer = rawKafka().producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: topicOf(service), messages: messages.map(({ key, body }) => ({ key, value: body })) });
  await producer.disconnect();
}

export function rawKafka(): Kafka {
  const { kafka } = testStack();
  return new Kafka({
    brokers: kafka.brokers,
    sasl: saslOf(kafka),
    ssl: kafka.ca !== undefined && { ca: kafka.ca },
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 100, retries: 20 },
  });
}

/** How many records a service's topic has, over all partitions. */
export async function recordsIn(service: string): Promise<number> {
  const admin = rawKafka().admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topicOf(service));
    return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  } finally {
    await admin.disconnect();
  }
}
