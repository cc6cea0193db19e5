// An event counts as sent when every replica in sync has it (`acks: -1`). All events of an order have its key, so they go to one partition.
import { kafka, orders, where } from '../settings.ts';

const producer = kafka.producer();
await producer.connect();
for (const order of orders) {
  for (const step of ['placed', 'paid', 'shipped']) {
    await producer.send({ topic: where, acks: -1, messages: [{ key: `order ${order}`, value: `order ${order} ${step}` }] });
    console.log(`sent order ${order} ${step}`);
  }
}
await producer.disconnect();
