// A consumer as everybody writes it first. kafkajs wants a group, so each process makes one up: it shares the work with nobody, and nobody
// remembers how far it has come. A new group begins at the latest event.
import { kafka, where } from '../settings.ts';

const consumer = kafka.consumer({ groupId: `${where}-${process.pid}-${Date.now()}` });
await consumer.connect();
await consumer.subscribe({ topic: where });
consumer.on(consumer.events.GROUP_JOIN, () => console.log('waiting'));
await consumer.run({
  eachMessage: async ({ message }) => console.log(`done ${message.value!.toString()}`),
});
