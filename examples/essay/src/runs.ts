import { execSync } from 'node:child_process';
import { kafka } from './settings.ts';
import { Program, until } from './program.ts';

/** The two programs that a run puts to work. */
interface Pair {
  readonly send: string;
  readonly receive: string;
  /** Silence after which nothing more is expected. The right programs get all the time that a busy machine may need. */
  readonly patienceMs: number;
}

export interface Run {
  readonly story: string;
  readonly broker: 'RabbitMQ' | 'Kafka';
  readonly first: Pair;
  readonly right: Pair;
  readonly damage: readonly Damage[];
  /** Puts a pair to work in a queue or topic of its own, and makes the same accident happen. */
  readonly play: (pair: Pair, where: string) => Promise<Told>;
}

/** What the programs said they had sent, and what they said they had done. */
export interface Told {
  readonly sent: readonly string[];
  readonly done: readonly string[];
}

export type Damage = 'lost' | 'twice' | 'out of order';

const SOON = { patienceMs: 2_000 };
const PATIENT = { patienceMs: 30_000 };
const pairOf = (send: string, receive: string) => ({ send, receive, ...(/first/.test(send + receive) ? SOON : PATIENT) });

const rabbitmq = {
  broker: 'RabbitMQ',
  first: pairOf('rabbitmq/first-send', 'rabbitmq/first-receive'),
  right: pairOf('rabbitmq/send', 'rabbitmq/receive'),
  damage: ['lost'],
} as const;
const right = pairOf('kafka/send', 'kafka/receive');

/** More than any sender gets to, so that it dies while it sends. */
const ENDLESS = 20_000;

export const runs: Readonly<Record<string, Run>> = {
  'auto-ack': { ...rabbitmq, story: 'a worker is killed after ten messages, and another one goes on', play: killTheWorker },
  'not-durable': { ...rabbitmq, story: 'the broker restarts while messages wait', play: restartTheBroker },
  'no-confirm': { ...rabbitmq, story: 'the sender is killed when it has said "sent" a hundred times', play: killTheSender },
  'never-waits': {
    story: 'the sender is killed when it has said "sent" a hundred times',
    broker: 'Kafka',
    first: pairOf('kafka/first-send', 'kafka/receive'),
    right,
    damage: ['lost'],
    play: killTheSender,
  },
  'no-key': {
    story: 'each of a hundred orders is placed, paid and shipped',
    broker: 'Kafka',
    first: pairOf('kafka/first-send', 'kafka/receive'),
    right,
    damage: ['out of order'],
    play: sendThenReceive,
  },
  'no-group': {
    story: 'two workers share the work, both stop, more events come, and one worker starts again',
    broker: 'Kafka',
    first: pairOf('kafka/send', 'kafka/first-receive'),
    right,
    damage: ['twice', 'lost'],
    play: stopTheWorkers,
  },
};

async function killTheWorker({ send, receive, patienceMs }: Pair, where: string): Promise<Told> {
  const sent = await sendAll(send, where, 100);
  const first = new Program(receive, where);
  await first.says('done', 10);
  await first.end();
  const done = first.said('done');
  const open = sent.filter((message) => !done.includes(message));
  return { sent, done: [...done, ...(await receiveAll(receive, where, open, patienceMs))] };
}

async function restartTheBroker({ send, receive, patienceMs }: Pair, where: string): Promise<Told> {
  const sent = await sendAll(send, where, 100);
  restartRabbitMq();
  return { sent, done: await receiveAll(receive, where, sent, patienceMs) };
}

async function killTheSender({ send, receive, patienceMs }: Pair, where: string): Promise<Told> {
  const sender = new Program(send, where, ENDLESS);
  await sender.says('sent', 100);
  await sender.end();
  const sent = sender.said('sent');
  return { sent, done: await receiveAll(receive, where, sent, patienceMs) };
}

async function sendThenReceive({ send, receive, patienceMs }: Pair, where: string): Promise<Told> {
  const sender = new Program(send, where, 100);
  await until('Kafka has all events', async () => (await eventsIn(where)) === 300);
  await sender.end();
  const sent = sender.said('sent');
  return { sent, done: await receiveAll(receive, where, sent, patienceMs) };
}

async function stopTheWorkers({ send, receive, patienceMs }: Pair, where: string): Promise<Told> {
  const workers = [new Program(receive, where), new Program(receive, where)];
  for (const worker of workers) await worker.says('waiting');
  const before = await sendAll(send, where, 20);
  const done = () => workers.flatMap((worker) => worker.said('done'));
  await until('every event is done', () => before.every((event) => done().includes(event)));
  for (const worker of workers) await worker.end('SIGTERM');
  const after = await sendAll(send, where, 20, 21);
  return { sent: [...before, ...after], done: [...done(), ...(await receiveAll(receive, where, after, patienceMs))] };
}

async function sendAll(send: string, where: string, orders: number, from = 1): Promise<string[]> {
  const sender = new Program(send, where, orders, from);
  await sender.ended;
  return sender.said('sent');
}

async function receiveAll(receive: string, where: string, messages: readonly string[], patienceMs: number): Promise<string[]> {
  const receiver = new Program(receive, where);
  await receiver.doesAll(messages, patienceMs);
  await receiver.end();
  return receiver.said('done');
}

/** `docker restart rabbitmq`, or what restarts the broker where it runs; it comes back when it answers. */
function restartRabbitMq(): void {
  const command = process.env['RESTART_RABBITMQ'];
  if (!command) throw new Error('Set RESTART_RABBITMQ to the command that restarts RabbitMQ and waits until it answers.');
  execSync(command, { stdio: 'ignore' });
}

async function eventsIn(topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
}
