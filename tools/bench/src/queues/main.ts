// `npm run compare-queues`: the same small messages by ZeroMQ, RabbitMQ and Kafka, each as this system uses it.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { elapsedReport, program, table } from '@waybill/kit';
import { startServers } from '../systems/servers.ts';
import { compare, type Compared } from './compare.ts';
import { keys, type Place, WAYS } from './glimpse.ts';

const HELP = `npm run compare-queues [-- --instance NAME]

Sends the same small messages by ZeroMQ, RabbitMQ and Kafka, each as this system uses it: the live feed, a quorum queue with
confirms, a topic with acks=-1. It tells how many a second there can be, how long one takes, and what is left of them when the
receiver is killed by kill -9 and another one comes after 2 s. It starts the two brokers (the instance "queues") and removes them.

A figure is that of one machine at one time. Compare the rows of one table.`;

await program({ name: 'compare-queues', help: HELP, read: readOptions, run });
// Clients of brokers that are gone may still try to reach them.
process.exit();

function readOptions(args: string[]) {
  return parseArgs({ args, options: { instance: { type: 'string', default: 'queues' } } }).values;
}

async function run({ instance }: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<number> {
  const report = elapsedReport();
  const servers = await startServers(instance, ['rabbitmq', 'kafka'], report, signal);
  try {
    const around: Place = {
      name: `compare-queues-${randomBytes(4).toString('hex')}`,
      rabbitmq: servers.rabbitmq,
      kafka: { brokers: servers.kafka.brokers, sasl: servers.kafka.sasl, ssl: servers.kafka.ssl },
      listen: 'tcp://127.0.0.1:*',
      keys,
    };
    const results: Compared[] = [];
    for (const way of WAYS) {
      signal.throwIfAborted();
      results.push(await compare(way, around, servers.folder, report));
    }
    print(results);
    const kept = results.filter(({ way }) => way !== 'ZeroMQ');
    return kept.some(({ lostAtOnce, killed }) => lostAtOnce > 0 || killed.lost > 0) ? 1 : 0;
  } finally {
    await servers.end();
  }
}

function print(results: readonly Compared[]): void {
  const head = ['', 'told/s', 'received/s', 'lost of a burst', 'p50 ms', 'p99 ms', 'lost by kill -9', 'twice by kill -9'];
  const of = (count: number, all: number) => `${count} of ${all}`;
  const rows = results.map(({ way, told, toldPerSecond, receivedPerSecond, lostAtOnce, p50Ms, p99Ms, killed }) => [
    way,
    Math.round(toldPerSecond),
    Math.round(receivedPerSecond),
    of(lostAtOnce, told),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
    of(killed.lost, killed.told),
    killed.twice,
  ]);
  console.log(`\n${table([head, ...rows], '')}`);
}
