// Consumers of one group share the partitions, and the broker remembers how far the group has come. A new group begins at the beginning.
import { kafka, where } from '../settings.ts';

const consumer = kafka.consumer({ groupId: `${where}-workers` });
await consumer.connect();
await consumer.subscribe({ topic: where, fromBeginning: true });
consumer.on(consumer.events.GROUP_JOIN, () => console.log('waiting'));
await consumer.run({
  eachMessage: async ({ message }) => console.log(`done ${message.value!.toString()}`),
});
// Leaves the group with its offsets committed.
process.once('SIGTERM', () => void consumer.disconnect().then(() => process.exit()));
