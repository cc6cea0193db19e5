import { setTimeout as delay } from 'node:timers/promises';
import { queuesOf, topicsOf } from '@waybill/stack';

/** RabbitMQ counts every five seconds: what is empty now may have been so then. */
const LOOK_EVERY_MS = 6_000;
const DRAINED_WITHIN_MS = 60_000;

/** What still lies at the brokers when everything is settled, one sentence each: a message that nobody acknowledges, or commits. */
export async function leftAtBrokers(instance: string, signal: AbortSignal): Promise<string[]> {
  let before: string[] | undefined;
  for (const until = Date.now() + DRAINED_WITHIN_MS; ; await delay(LOOK_EVERY_MS, undefined, { signal })) {
    const left = await leftNow(instance);
    if (before && ((before.length === 0 && left.length === 0) || Date.now() >= until)) return left;
    before = left;
  }
}

async function leftNow(instance: string): Promise<string[]> {
  const [queues, topics] = await Promise.all([queuesOf(instance), topicsOf(instance)]);
  return [
    ...queues
      .filter(({ ready, unacked }) => ready + unacked > 0)
      .map(
        ({ queue, ready, unacked }) =>
          `RabbitMQ's queue ${queue} has ${ready} messages, and ${unacked} that nobody acknowledged.`,
      ),
    ...topics.flatMap(({ topic, groups }) =>
      groups
        .filter(({ lag }) => lag > 0)
        .map(({ group, lag }) => `Kafka's group ${group} has not committed ${lag} events of ${topic}.`),
    ),
  ];
}
