// The receiving side, in its own process, so that it can be killed: `node receiver.ts`. It is told by messages what to do.
import { appendFileSync } from 'node:fs';
import { ActivitySubscriber } from '@waybill/activity';
// It mends a timer of kafkajs.
import '@waybill/messaging';
import { Kafka, logLevel } from 'kafkajs';
import { openBare } from '../bare-rabbitmq.ts';
import { ageMs, type Glimpse, nowNs, numberOf, type Place, type Way } from './glimpse.ts';

export interface Start {
  readonly way: Way;
  readonly place: Place;
  /** Which reader of all messages it is. Two of one number share them, where a way can do that. */
  readonly reader: number;
  /** A file for the number and the time of each, written before it is acknowledged: what this process has done survives its death. */
  readonly note?: string;
}

/** What it is told afterwards: to begin such notes, or to say what has come. */
export type Told = { readonly note: string } | 'received?';

/** What has come so far. */
export interface Count {
  readonly count: number;
  readonly agesMs: readonly number[];
}

let count = 0;
let agesMs: number[] = [];

let file: string | undefined;
function take(some: readonly Glimpse[]): void {
  for (const one of some) agesMs.push(ageMs(one));
  if (file !== undefined) appendFileSync(file, some.map((one) => `${numberOf(one)} ${nowNs()}\n`).join(''));
  count += some.length;
}

const receive: Readonly<Record<Way, (place: Place, reader: number) => Promise<string>>> = {
  async ZeroMQ({ listen, keys }, reader) {
    const subscriber = new ActivitySubscriber({
      listen: listen[reader]!,
      keys: { ...keys.receiver, publisherKeys: [keys.sender.publicKey] },
      onItem: (item) => take([item as unknown as Glimpse]),
    });
    return subscriber.open();
  },
  async RabbitMQ({ name, rabbitmq }, reader) {
    const connection = await openBare(rabbitmq);
    const channel = await connection.createChannel();
    await channel.prefetch(100);
    await channel.consume(`${name}-${reader}`, (message) => {
      if (!message) return;
      take([JSON.parse(message.content.toString()) as Glimpse]);
      channel.ack(message);
    });
    return '';
  },
  async Kafka({ name, kafka }, reader) {
    const client = new Kafka({ clientId: `${name}-receiver`, ...kafka, logLevel: logLevel.NOTHING });
    const consumer = client.consumer({
      groupId: `${name}-${reader}`,
      sessionTimeout: 6_000,
      heartbeatInterval: 1_000,
      maxWaitTimeInMs: 100,
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [name], fromBeginning: true });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { messages, topic, partition } }) => {
        take(messages.map(({ value }) => JSON.parse(value!.toString()) as Glimpse));
        const offset = String(BigInt(messages.at(-1)!.offset) + 1n);
        await consumer.commitOffsets([{ topic, partition, offset }]);
      },
    });
    await joined;
    return '';
  },
};

process.once('message', ({ way, place, reader, note }: Start) => {
  file = note;
  void receive[way](place, reader).then((listen) => {
    process.on('message', (told: Told) => {
      if (told !== 'received?') {
        file = told.note;
        process.send!('noting');
        return;
      }
      process.send!({ count, agesMs } satisfies Count);
      agesMs = [];
    });
    process.send!(listen);
  });
});
process.on('disconnect', () => process.exit());
