// The queue and its messages are on the broker's disk, and a message counts as sent when the broker says that it has it.
import { connect } from 'amqplib';
import { amqpUrl, orders, where } from '../settings.ts';

const connection = await connect(amqpUrl);
const channel = await connection.createConfirmChannel();
await channel.assertQueue(where, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
for (const order of orders) {
  channel.sendToQueue(where, Buffer.from(`order ${order}`), { persistent: true });
  await channel.waitForConfirms();
  console.log(`sent order ${order}`);
}
await connection.close();
