// Hello world, as everybody writes it first. The queue is gone after a restart of the broker, and nobody asks whether a message arrived.
import { connect } from 'amqplib';
import { amqpUrl, orders, where } from '../settings.ts';

const connection = await connect(amqpUrl);
const channel = await connection.createChannel();
await channel.assertQueue(where, { durable: false });
for (const order of orders) {
  channel.sendToQueue(where, Buffer.from(`order ${order}`));
  console.log(`sent order ${order}`);
}
// A goodbye on the channel comes behind the messages. Without it amqplib would drop what it has not written yet.
await channel.close();
await connection.close();
