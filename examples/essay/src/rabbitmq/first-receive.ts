// Hello world, as everybody writes it first. The broker forgets a message when it has written it to the connection (`noAck`).
import { connect } from 'amqplib';
import { amqpUrl, where, work } from '../settings.ts';

const connection = await connect(amqpUrl);
const channel = await connection.createChannel();
await channel.assertQueue(where, { durable: false });
let turn: Promise<unknown> = Promise.resolve();
await channel.consume(
  where,
  (message) => {
    turn = turn.then(work).then(() => console.log(`done ${message!.content.toString()}`));
  },
  { noAck: true },
);
console.log('waiting');
