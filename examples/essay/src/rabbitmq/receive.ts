// The broker hears that a message is done when it is done. Until then the message is the broker's, and ten are handed out at a time.
import { connect } from 'amqplib';
import { amqpUrl, where, work } from '../settings.ts';

const connection = await connect(amqpUrl);
const channel = await connection.createChannel();
await channel.assertQueue(where, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
await channel.prefetch(10);
let turn: Promise<unknown> = Promise.resolve();
await channel.consume(where, (message) => {
  turn = turn.then(work).then(() => {
    console.log(`done ${message!.content.toString()}`);
    channel.ack(message!);
  });
});
console.log('waiting');
