// `npm run compare-queues`: the same small messages by ZeroMQ, RabbitMQ and Kafka, each as this system uses it.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { elapsedReport, program, projectRoot, type Report } from '@waybill/kit';
import { kill, pidOf } from '@waybill/stack';
import { writeMeasured } from '../report/measured-page.ts';
import { type Servers, startServers } from '../systems/servers.ts';
import { compare } from './compare.ts';
import { keys, type Place, type Way, WAYS } from './glimpse.ts';
import { type Asked, rowsOf } from './rows.ts';
import { brokerKilled, fanOut, replayed, senderKilled, shared, slowReader } from './trials.ts';

const PAGE = join(projectRoot, 'docs/which-queue.md');

const HELP = `npm run compare-queues [-- --instance NAME] [--write]

Sends the same small messages by ZeroMQ, RabbitMQ and Kafka, each as this system uses it: the live feed, a quorum queue with
confirms, a topic with acks=-1. It tells how many a second there can be and how long one takes; what is left of them when the
receiver, the sender or the broker is killed by kill -9; in what order two workers do them; what a reader gets that comes later, or
that stands still; three readers of all; memory. It starts the two brokers (the instance "queues") and removes them.

  --write  writes the figures into docs/which-queue.md

A figure is that of one machine at one time. Compare the rows of one table.`;

await program({ name: 'compare-queues', help: HELP, read: readOptions, run });
// Clients of brokers that are gone may still try to reach them.
process.exit();

function readOptions(args: string[]) {
  return parseArgs({
    args,
    options: { instance: { type: 'string', default: 'queues' }, write: { type: 'boolean', default: false } },
  }).values;
}

async function run({ instance, write }: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<number> {
  const report = elapsedReport();
  const servers = await startServers(instance, ['rabbitmq', 'kafka'], report, signal);
  try {
    const around: Place = {
      name: `compare-queues-${randomBytes(4).toString('hex')}`,
      rabbitmq: servers.rabbitmq,
      kafka: { brokers: servers.kafka.brokers, sasl: servers.kafka.sasl, ssl: servers.kafka.ssl },
      listen: ['tcp://127.0.0.1:*'],
      keys,
    };
    const results: Asked[] = [];
    for (const way of WAYS) {
      signal.throwIfAborted();
      results.push(await ask(way, around, servers, report));
    }
    const rows = rowsOf(results);
    for (const row of rows) console.log(row.join('  |  '));
    if (write) writeMeasured(PAGE, rows);
    const kept = results.filter(({ way }) => way !== 'ZeroMQ');
    const lost = ({ lostAtOnce, killed, slow, sender, broker }: Asked) =>
      lostAtOnce + killed.lost + slow.lost + sender.lost + (broker?.lost ?? 0);
    return kept.some((one) => lost(one) > 0) ? 1 : 0;
  } finally {
    await servers.end();
  }
}

/** Every question, of one way. */
async function ask(way: Way, around: Place, servers: Servers, report: Report): Promise<Asked> {
  const ground = { way, around, folder: servers.folder };
  const unit = way.toLowerCase();
  const broker = { pid: () => pidOf(unit, servers.instance), kill: () => kill(unit, servers.instance) };
  const compared = await compare(ground, report);
  report(`${way}: two workers share a stream`);
  const together = await shared(ground);
  report(`${way}: a reader comes when all has been read`);
  const late = await replayed(ground);
  report(`${way}: a reader stands still`);
  const slow = await slowReader(ground);
  report(`${way}: three readers`);
  const readers = await fanOut(ground);
  report(`${way}: a sender is killed`);
  const sender = await senderKilled(ground);
  if (way !== 'ZeroMQ') report(`${way}: the broker is killed`);
  return {
    ...compared,
    together,
    late,
    slow,
    readers,
    sender,
    broker: way === 'ZeroMQ' ? undefined : await brokerKilled(ground, broker),
  };
}
