// A producer as everybody writes it first. It never waits, so it does not know what has arrived; without a key each step of an order may
// go to another partition.
import { kafka, orders, where } from '../settings.ts';

const producer = kafka.producer();
await producer.connect();
for (const order of orders) {
  for (const step of ['placed', 'paid', 'shipped']) {
    void producer.send({ topic: where, messages: [{ value: `order ${order} ${step}` }] });
    console.log(`sent order ${order} ${step}`);
  }
}
