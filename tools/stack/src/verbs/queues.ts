import { OBSERVER, VHOST } from '@waybill/deploy';
import { printTable } from '@waybill/kit';
import { running } from '../supervision/running.ts';

interface Queue {
  readonly name: string;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
  readonly consumers?: number;
}

/** One queue of RabbitMQ: what waits, what a consumer has in hand, and how many consume. */
export interface QueueState {
  readonly queue: string;
  readonly ready: number;
  readonly unacked: number;
  readonly consumers: number;
}

/** As RabbitMQ counts them, which it does every five seconds. */
export async function queuesOf(instance?: string): Promise<QueueState[]> {
  const { ports, secrets, ca } = running(instance);
  const url = `${ca === undefined ? 'http' : 'https'}://127.0.0.1:${ports['rabbitmq.management']}/api/queues/${VHOST}`;
  const password = secrets.value(`rabbitmq-${OBSERVER}`);
  const response = await fetch(url, {
    headers: { authorization: `Basic ${Buffer.from(`${OBSERVER}:${password}`).toString('base64')}` },
    signal: AbortSignal.timeout(10_000),
  }).catch(() => {
    throw new Error('RabbitMQ does not answer: `npm run stack -- status` says more.');
  });
  if (!response.ok) throw new Error(`RabbitMQ answers ${response.status} to ${url}: ${await response.text()}`);
  return ((await response.json()) as Queue[]).map((queue) => ({
    queue: queue.name,
    ready: queue.messages_ready ?? 0,
    unacked: queue.messages_unacknowledged ?? 0,
    consumers: queue.consumers ?? 0,
  }));
}

export async function queues(options: { instance?: string; json: boolean }): Promise<void> {
  const rows = await queuesOf(options.instance);
  if (options.json) return console.log(JSON.stringify(rows, null, 2));
  printTable(
    ['QUEUE', 'READY', 'UNACKED', 'CONSUMERS'],
    rows.map(({ queue, ...counts }) => [queue, ...Object.values(counts).map(String)]),
  );
}
