import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { OutboxRow } from './entities.ts';
import type { Settings } from './settings.ts';

export const openKafka = ({ replica, kafka }: Pick<Settings, 'replica' | 'kafka'>) =>
  new Kafka({ clientId: replica, ...kafka, logLevel: logLevel.NOTHING });

/** What travels: the outbox row without its state. */
export interface Event {
  readonly messageId: string;
  readonly type: string;
  readonly payload: never;
}

/** One record and its acknowledgement. */
export async function publish(producer: Producer, topic: string, { messageId, type, key, payload }: OutboxRow): Promise<void> {
  await producer.send({ topic, messages: [{ key, value: JSON.stringify({ messageId, type, payload }) }] });
}

/** One message after the other; kafkajs commits the offsets of a batch when it has been worked through. */
export async function consume(kafka: Kafka, groupId: string, topic: string, handle: (event: Event) => Promise<void>) {
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ eachMessage: ({ message }) => handle(JSON.parse(message.value!.toString()) as Event) });
  return consumer;
}
